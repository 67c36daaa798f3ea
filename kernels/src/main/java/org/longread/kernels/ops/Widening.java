package org.longread.kernels.ops;

/** Exact conversion of stored elements to float32. */
public final class Widening {
  private static final float F16_RESCALE = 0x1p112f;
  private static final float E4M3_RESCALE = 0x1p120f;

  private Widening() {}

  /** The value of a bfloat16, given by its 16 bits. */
  public static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The value of an IEEE binary16, given by its 16 bits. */
  public static float f16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int magnitude = bits & 0x7FFF;
    if (magnitude >= 0x7C00) {
      return Float.intBitsToFloat(sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13);
    }
    return Float.intBitsToFloat(sign | magnitude << 13) * F16_RESCALE;
  }

  /**
   * The value of an E4M3 "fn" code. A code's exponent and mantissa, moved to binary32's place, are
   * the value times 2^-120, subnormals included; see the OCP 8-bit floating point specification.
   */
  public static float e4m3(byte code) {
    int magnitude = code & 0x7F;
    if (magnitude == 0x7F) {
      return Float.NaN;
    }
    return Float.intBitsToFloat((code & 0x80) << 24 | magnitude << 20) * E4M3_RESCALE;
  }
}
