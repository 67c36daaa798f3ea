package uk.ac.manchester.tornado.api.types.arrays;

/** An array that can be on a device. */
public abstract class TornadoNativeArray {
  TornadoNativeArray() {}

  /** How many elements it has. */
  public abstract int getSize();

  /** Bytes of its elements. */
  public abstract long getNumBytesOfSegment();

  /** An array of the same size, full of values that a kernel had better not read. */
  public abstract TornadoNativeArray rubbish();

  /** Takes over the elements of an array of the same size. */
  public abstract void copyFrom(TornadoNativeArray other);
}
