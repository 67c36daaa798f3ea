package org.longread.kernels.ops;

/**
 * The exponential every backend uses, so that softmax and SiLU give the same bits everywhere.
 *
 * <p>{@code exp(x) = 2^n p(r)} with {@code n = round(x / ln 2)}, {@code r = x - n ln 2} in two
 * parts (Cody and Waite) and {@code p} of degree 6; relative error below 2e-7. The argument is
 * clamped to [{@link #LOWEST}, {@link #HIGHEST}], so the result is always a normal number. NaN
 * gives NaN. The constants are public because vector code repeats this sequence in lane.
 */
public final class Exponential {
  public static final float LOWEST = -0x1.5d589ep6f;
  public static final float HIGHEST = 0x1.601e68p6f;
  public static final float LOG2_E = 0x1.715476p0f;

  /** Adding it rounds to the nearest integer and leaves that integer in the low bits. */
  public static final float ROUNDER = 12582912f;

  public static final int ROUNDER_BITS = 0x4B40_0000;
  public static final float MINUS_LN2_HIGH = -0x1.63p-1f;
  public static final float MINUS_LN2_LOW = 0x1.bd0106p-13f;
  public static final float P5 = 0x1.a0d2cep-13f;
  public static final float P4 = 0x1.6e879cp-10f;
  public static final float P3 = 0x1.11121p-7f;
  public static final float P2 = 0x1.555382p-5f;
  public static final float P1 = 0x1.555554p-3f;
  public static final float P0 = 0x1.0p-1f;

  private Exponential() {}

  /** e to the power x, clamped as the class says. */
  public static float exp(float x) {
    float clamped = x < LOWEST ? LOWEST : x;
    clamped = clamped > HIGHEST ? HIGHEST : clamped;
    float rounded = Math.fma(clamped, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, MINUS_LN2_HIGH, clamped);
    r = Math.fma(n, MINUS_LN2_LOW, r);
    float p = Math.fma(P5, r, P4);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P1);
    p = Math.fma(p, r, P0);
    p = Math.fma(p, r * r, r) + 1f;
    int power = (Float.floatToRawIntBits(rounded) - ROUNDER_BITS + 127) << 23;
    return p * Float.intBitsToFloat(power);
  }

  /** 1 / (1 + e^-x). */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** x · sigmoid(x). */
  public static float silu(float x) {
    return x / (1f + exp(-x));
  }
}
