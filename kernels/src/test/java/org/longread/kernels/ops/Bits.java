package org.longread.kernels.ops;

import java.util.Locale;

/** Equality of floats bit for bit; every NaN equals every other. */
final class Bits {
  private Bits() {}

  /** Fails naming the position that differs most. */
  static void assertEqual(String what, float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(what + ": length " + actual.length + ", not " + expected.length);
    }
    int worst = -1;
    int differing = 0;
    for (int i = 0; i < actual.length; i++) {
      if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
        differing++;
        if (worst < 0 || error(actual[i], expected[i]) > error(actual[worst], expected[worst])) {
          worst = i;
        }
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s: %d of %d values differ, worst at %d: %s (expected %s)",
              what,
              differing,
              actual.length,
              worst,
              actual[worst],
              expected[worst]));
    }
  }

  private static float error(float actual, float expected) {
    float error = Math.abs(actual - expected);
    return Float.isNaN(error) ? Float.POSITIVE_INFINITY : error;
  }
}
