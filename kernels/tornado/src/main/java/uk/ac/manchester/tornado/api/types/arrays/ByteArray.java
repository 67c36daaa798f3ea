package uk.ac.manchester.tornado.api.types.arrays;

import java.util.Arrays;

/** An array of byte values. */
public final class ByteArray extends TornadoNativeArray {
  private final byte[] values;

  /** An array of zeros. */
  public ByteArray(int numberOfElements) {
    values = new byte[numberOfElements];
  }

  /** Sets an element. */
  public void set(int index, byte value) {
    values[index] = value;
  }

  /** An element. */
  public byte get(int index) {
    return values[index];
  }

  @Override
  public int getSize() {
    return values.length;
  }

  @Override
  public long getNumBytesOfSegment() {
    return (long) values.length * 1;
  }

  @Override
  public ByteArray rubbish() {
    ByteArray copy = new ByteArray(values.length);
    Arrays.fill(copy.values, (byte) 0x5B);
    return copy;
  }

  @Override
  public void copyFrom(TornadoNativeArray other) {
    System.arraycopy(((ByteArray) other).values, 0, values, 0, values.length);
  }
}
