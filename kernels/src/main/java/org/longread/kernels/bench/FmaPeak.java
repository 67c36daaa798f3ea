package org.longread.kernels.bench;

import java.util.Arrays;
import org.longread.kernels.ops.KernelOps;

/** The multiply-add rate of one thread: the limit that rates are a percentage of. */
final class FmaPeak {
  private static final int SAMPLES = 9;
  private static final long SAMPLE_NANOS = 1_000_000;
  private static final long WARM_UP_NANOS = 300_000_000;

  private final KernelOps ops;
  private boolean warm;

  FmaPeak(KernelOps ops) {
    this.ops = ops;
  }

  /** GFLOP/s just now, the median of a few milliseconds; 0 if the backend has no probe. */
  double gflops() {
    if (!warm) {
      long end = CpuClock.nanos() + WARM_UP_NANOS;
      while (CpuClock.nanos() < end) {
        ops.fmaProbe();
      }
      warm = true;
    }
    double[] rates = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      rates[i] = sample();
    }
    Arrays.sort(rates);
    return rates[SAMPLES / 2];
  }

  private double sample() {
    long start = CpuClock.nanos();
    long flops = 0;
    long nanos;
    do {
      flops += ops.fmaProbe();
      nanos = CpuClock.nanos() - start;
    } while (nanos < SAMPLE_NANOS);
    return (double) flops / nanos;
  }
}
