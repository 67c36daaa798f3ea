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
  INT8
}
