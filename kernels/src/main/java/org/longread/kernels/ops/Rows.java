package org.longread.kernels.ops;

/**
 * A view of equally spaced rows inside a float array; the array is shared, never copied.
 *
 * <pre>
 * row i, column c = data[offset + i * stride + c]
 * </pre>
 *
 * @param data the backing array, owned by the caller
 * @param offset element index of row 0
 * @param stride elements from one row to the next
 */
public record Rows(float[] data, int offset, int stride) {
  public Rows {
    if (offset < 0 || offset > data.length) {
      throw new IllegalArgumentException(
          "Invalid offset: " + offset + " (expected 0.." + data.length + ")");
    }
    if (stride < 0) {
      throw new IllegalArgumentException("Invalid stride: " + stride + " (expected 0 or more)");
    }
  }

  /** Rows that fill an array from its start. */
  public static Rows of(float[] data, int stride) {
    return new Rows(data, 0, stride);
  }

  /** The same rows from row {@code first} on. */
  public Rows from(int first) {
    return new Rows(data, Math.addExact(offset, Math.multiplyExact(first, stride)), stride);
  }

  /** The same rows with columns counted from {@code column}: a slice of each row. */
  public Rows column(int column) {
    return new Rows(data, offset + column, stride);
  }

  /** Element index of row {@code i}, column 0. */
  public int at(int i) {
    return offset + i * stride;
  }
}
