package uk.ac.manchester.tornado.api.types.arrays;

import java.util.Arrays;

/** An array of int values. */
public final class IntArray extends TornadoNativeArray {
  private final int[] values;

  /** An array of zeros. */
  public IntArray(int numberOfElements) {
    values = new int[numberOfElements];
  }

  /** Sets an element. */
  public void set(int index, int value) {
    values[index] = value;
  }

  /** An element. */
  public int get(int index) {
    return values[index];
  }

  @Override
  public int getSize() {
    return values.length;
  }

  @Override
  public long getNumBytesOfSegment() {
    return (long) values.length * Integer.BYTES;
  }

  @Override
  public IntArray rubbish() {
    IntArray copy = new IntArray(values.length);
    Arrays.fill(copy.values, Integer.MIN_VALUE / 3);
    return copy;
  }

  @Override
  public void copyFrom(TornadoNativeArray other) {
    System.arraycopy(((IntArray) other).values, 0, values, 0, values.length);
  }
}
