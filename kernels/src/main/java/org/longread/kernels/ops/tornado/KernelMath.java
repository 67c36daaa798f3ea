package org.longread.kernels.ops.tornado;

import org.longread.kernels.ops.Exponential;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Arithmetic of kernels, inlined into them. Only scalars and global arrays cross. */
final class KernelMath {
  /** Elements of {@link #exp}'s table. */
  static final int POWERS = 255;

  private static final int BIAS = 127;
  private static final int MINUS_ZERO = Integer.MIN_VALUE;
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITY_BITS = 0x7F800000;

  /** TornadoVM cannot compile Math.fma; it makes one of {@code c + a * b}, which Java does not. */
  private static final boolean COMPILED_FOR_DEVICE =
      System.getProperty("tornado.load.runtime.implementation") != null;

  private KernelMath() {}

  /** a b + c, rounded once. */
  static float madd(float a, float b, float c) {
    if (COMPILED_FOR_DEVICE) {
      return c + a * b;
    }
    return Math.fma(a, b, c);
  }

  /**
   * {@link Exponential#exp}, bit for bit.
   *
   * @param powers element i is 2^(i - 127), for i from 1 to 254
   */
  static float exp(float x, FloatArray powers) {
    float clamped = x < Exponential.LOWEST ? Exponential.LOWEST : x;
    clamped = clamped > Exponential.HIGHEST ? Exponential.HIGHEST : clamped;
    float rounded = madd(clamped, Exponential.LOG2_E, Exponential.ROUNDER);
    float n = rounded - Exponential.ROUNDER;
    float r = madd(n, Exponential.MINUS_LN2_HIGH, clamped);
    r = madd(n, Exponential.MINUS_LN2_LOW, r);
    float p = madd(Exponential.P5, r, Exponential.P4);
    p = madd(p, r, Exponential.P3);
    p = madd(p, r, Exponential.P2);
    p = madd(p, r, Exponential.P1);
    p = madd(p, r, Exponential.P0);
    p = madd(p, r * r, r) + 1f;
    // NaN has no power: any element will do, for p is NaN already.
    int power = (int) n + BIAS;
    power = power < 1 ? 1 : power;
    power = power >= POWERS ? POWERS - 1 : power;
    return p * powers.get(power);
  }

  /** The table of {@link #exp}. */
  static float powerOfTwo(int i) {
    return Float.intBitsToFloat(i << 23);
  }

  /** Bits of a float to an int whose signed order is the floats', -0.0 equal to +0.0. */
  static int ordered(int bits) {
    int x = bits == MINUS_ZERO ? 0 : bits;
    return x < 0 ? x ^ MAGNITUDE : x;
  }

  /** The ordered int as digits from the highest: the order is that of the unsigned digits. */
  static int digits(int bits) {
    return ordered(bits) ^ MINUS_ZERO;
  }

  /** The ordered int that has these digits. */
  static int ofDigits(int digits) {
    return digits ^ MINUS_ZERO;
  }

  /** 1 for the bits of a NaN, else 0. */
  static int isNan(int bits) {
    return (bits & MAGNITUDE) > INFINITY_BITS ? 1 : 0;
  }
}
