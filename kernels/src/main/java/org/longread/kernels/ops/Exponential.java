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
  public static final float LOWEST = -87.33654f;
  public static final float HIGHEST = 88.02969f;
  public static final float LOG2_E = 1.44269504f;

  /** Adding it rounds to the nearest integer and leaves that integer in the low bits. */
  public static final float ROUNDER = 12582912f;

  public static final int ROUNDER_BITS = 0x4B40_0000;
  public static final float MINUS_LN2_HIGH = -0.693359375f;
  public static final float MINUS_LN2_LOW = 2.12194440e-4f;
  public static final float P5 = 1.9875691500E-4f;
  public static final float P4 = 1.3981999507E-3f;
  public static final float P3 = 8.3334519073E-3f;
  public static final float P2 = 4.1665795894E-2f;
  public static final float P1 = 1.6666665459E-1f;
  public static final float P0 = 5.0000001201E-1f;

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
    int power = Float.floatToRawIntBits(rounded) - ROUNDER_BITS + 127 << 23;
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
