package org.longread.kernels.bench;

import java.util.function.Supplier;

/** Runs something until it gets no faster, so that compilation is over. */
final class WarmUp {
  private static final double STABLE = 1.05;
  private static final int STABLE_BATCHES = 4;
  private static final long BATCH_NANOS = 150_000_000;

  private WarmUp() {}

  /**
   * Runs until the time per token stays, or the thread has used up its time.
   *
   * @param endNanos of the thread's {@link CpuClock}
   */
  static void run(Supplier<Samples.Sample> one, long endNanos) {
    double best = Double.MAX_VALUE;
    int steady = 0;
    while (steady < STABLE_BATCHES && CpuClock.nanos() < endNanos) {
      double now = nanosPerToken(one);
      steady = now * STABLE >= best ? steady + 1 : 0;
      best = Math.min(best, now);
    }
  }

  /** CPU nanoseconds per token, the mean of a moment. */
  private static double nanosPerToken(Supplier<Samples.Sample> one) {
    double nanos = 0;
    int tokens = 0;
    while (nanos < BATCH_NANOS) {
      Samples.Sample sample = one.get();
      nanos += sample.cpuNanos();
      tokens += sample.tokens();
    }
    return nanos / tokens;
  }
}
