package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.ScalarOps;

/**
 * Times every hot kernel for some milliseconds against the multiply-add rate, so that one that fell
 * off a cliff is named. A kernel is run until it reaches its floor, which takes as long as the JVM
 * takes to compile it, or until its time is up; so the check is also a warm-up.
 */
final class SpeedCheck {
  private static final long SAMPLE_NANOS = 500_000;
  private static final int SAMPLES_AT_FLOOR = 30;

  private final KernelOps ops;
  private final long mostNanos;

  /**
   * A check.
   *
   * @param mostNanos CPU time that a kernel below its floor is given
   */
  SpeedCheck(KernelOps ops, long mostNanos) {
    this.ops = ops;
    this.mostNanos = mostNanos;
  }

  /** Runs every kernel; none of the scalar reference, or without a multiply-add probe. */
  SpeedReport run() {
    if (ops.name().equals(new ScalarOps().name()) || ops.fmaProbe() == 0) {
      return SpeedReport.NONE;
    }
    double peak = new FmaPeak(ops).gflops();
    List<SpeedReport.Kernel> kernels = new ArrayList<>();
    for (SpeedCases.Case one : SpeedCases.all()) {
      kernels.add(new SpeedReport.Kernel(one.name(), best(one, peak) / peak, one.floor()));
    }
    return new SpeedReport(kernels);
  }

  /** The best rate in GFLOP/s: of the time up to the floor, and a little more. */
  private double best(SpeedCases.Case one, double peak) {
    long end = CpuClock.nanos() + mostNanos;
    double best = 0;
    int left = SAMPLES_AT_FLOOR;
    while (left > 0 && CpuClock.nanos() < end) {
      best = Math.max(best, sample(one));
      left -= best >= one.floor() * peak ? 1 : 0;
    }
    return best;
  }

  private double sample(SpeedCases.Case one) {
    return CpuClock.rate(
        () -> {
          one.call().accept(ops);
          return one.flops();
        },
        SAMPLE_NANOS);
  }
}
