package org.longread.kernels.bench;

import java.util.Arrays;
import org.longread.kernels.ops.KernelOps;

/** The multiply-add rate of one thread: the limit that rates are a percentage of. */
final class FmaPeak {
  private static final int SAMPLES = 9;
  private static final long SAMPLE_NANOS = 1_000_000;

  /** How much faster compiled code is than interpreted code, at the very least. */
  private static final double COMPILED = 10;

  private static final double STABLE = 1.05;
  private static final int STABLE_SAMPLES = 20;
  private static final long MOST_WARM_UP_NANOS = 5_000_000_000L;

  private final KernelOps ops;
  private boolean warm;

  FmaPeak(KernelOps ops) {
    this.ops = ops;
  }

  /** GFLOP/s just now, the median of a few milliseconds; 0 if the backend has no probe. */
  double gflops() {
    if (!warm) {
      warmUp();
      warm = true;
    }
    double[] rates = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      rates[i] = sample();
    }
    Arrays.sort(rates);
    return rates[SAMPLES / 2];
  }

  /** Until the probe is compiled, by however busy a machine, and gets no faster. */
  private void warmUp() {
    long end = CpuClock.nanos() + MOST_WARM_UP_NANOS;
    double first = sample();
    double best = first;
    int steady = 0;
    while (CpuClock.nanos() < end && (best < COMPILED * first || steady < STABLE_SAMPLES)) {
      double now = sample();
      steady = now <= best * STABLE ? steady + 1 : 0;
      best = Math.max(best, now);
    }
  }

  private double sample() {
    return CpuClock.rate(ops::fmaProbe, SAMPLE_NANOS);
  }
}
