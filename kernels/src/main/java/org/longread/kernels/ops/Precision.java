package org.longread.kernels.ops;

/** How an element is stored; arithmetic is float32 for all of them. */
public enum Precision {
  /** IEEE binary32. */
  F32(4),
  /** IEEE binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  /**
   * OCP E4M3 "fn": bias 7, no infinities, 0x7F and 0xFF are NaN, largest 448; read with a scale.
   */
  FP8_E4M3(1);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
