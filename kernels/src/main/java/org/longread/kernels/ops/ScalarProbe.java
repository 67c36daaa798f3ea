package org.longread.kernels.ops;

/** Eight independent chains of scalar fused multiply-adds and nothing else. */
final class ScalarProbe {
  private static final int CHAINS = 8;
  private static final int STEPS = 4096;

  private ScalarProbe() {}

  /** Runs the chains once and yields their FLOPs. */
  static long run() {
    float a = 0.1f;
    float b = 0.2f;
    float c = 0.3f;
    float d = 0.4f;
    float e = 0.5f;
    float f = 0.6f;
    float g = 0.7f;
    float h = 0.8f;
    for (int step = 0; step < STEPS; step++) {
      a = Math.fma(a, 0.999f, 0.001f);
      b = Math.fma(b, 0.999f, 0.001f);
      c = Math.fma(c, 0.999f, 0.001f);
      d = Math.fma(d, 0.999f, 0.001f);
      e = Math.fma(e, 0.999f, 0.001f);
      f = Math.fma(f, 0.999f, 0.001f);
      g = Math.fma(g, 0.999f, 0.001f);
      h = Math.fma(h, 0.999f, 0.001f);
    }
    if (!(a + b + c + d + e + f + g + h > 0)) {
      throw new IllegalStateException("Cannot measure multiply-adds: their sum is not positive");
    }
    return 2L * CHAINS * STEPS;
  }
}
