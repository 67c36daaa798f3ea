package org.longread.kernels.ops;

/** How index keys are cached and index scores computed. */
public enum IndexPrecision {
  /** float32 throughout: the reference. */
  F32,
  /**
   * Keys and queries rotated ({@link Hadamard}) and rounded to 8-bit codes with a scale each; dots
   * of codes are exact integers, so the selected set is the same on every backend. A quarter of the
   * cache.
   */
  INT8;

  /** Bytes of the index key of one token in one layer, its scale included. */
  public long tokenBytes(int dim) {
    return this == F32 ? (long) Float.BYTES * dim : dim + (long) Float.BYTES;
  }

  /**
   * Checks that index keys can be kept so where all is computed in a precision.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void check(ComputePrecision precision) {
    if (this == INT8 && precision == ComputePrecision.FP8) {
      throw new IllegalArgumentException(
          "Invalid index-precision: int8 (expected f32 with compute-precision fp8, which rounds"
              + " index keys to FP8)");
    }
  }

  /**
   * Checks that index keys of a width can be kept so.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void check(int dim) {
    boolean rotates = Integer.bitCount(dim) == 1 && dim <= Int8Codes.MOST_DIMENSIONS;
    if (this == INT8 && !rotates) {
      throw new IllegalArgumentException(
          "Invalid index-precision: int8 (expected f32: index_head_dim "
              + dim
              + " is not a power of two up to "
              + Int8Codes.MOST_DIMENSIONS
              + ")");
    }
  }
}
