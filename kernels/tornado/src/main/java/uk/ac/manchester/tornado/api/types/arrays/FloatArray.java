package uk.ac.manchester.tornado.api.types.arrays;

import java.util.Arrays;

/** An array of float values. */
public final class FloatArray extends TornadoNativeArray {
  private final float[] values;

  /** An array of zeros. */
  public FloatArray(int numberOfElements) {
    values = new float[numberOfElements];
  }

  /** Sets an element. */
  public void set(int index, float value) {
    values[index] = value;
  }

  /** An element. */
  public float get(int index) {
    return values[index];
  }

  @Override
  public int getSize() {
    return values.length;
  }

  @Override
  public long getNumBytesOfSegment() {
    return (long) values.length * Float.BYTES;
  }

  @Override
  public FloatArray rubbish() {
    FloatArray copy = new FloatArray(values.length);
    Arrays.fill(copy.values, Float.NaN);
    return copy;
  }

  @Override
  public void copyFrom(TornadoNativeArray other) {
    System.arraycopy(((FloatArray) other).values, 0, values, 0, values.length);
  }
}
