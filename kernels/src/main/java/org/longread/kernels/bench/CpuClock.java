package org.longread.kernels.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.DoubleSupplier;

/** CPU time of this thread: what a shared machine does in between does not count. */
public final class CpuClock {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuClock() {}

  /** CPU nanoseconds of the calling thread so far. */
  public static long nanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /**
   * Work per CPU nanosecond, of calls repeated until they took long enough.
   *
   * @param call works, and yields how much it did
   * @param leastNanos CPU time to spend at least
   */
  static double rate(DoubleSupplier call, long leastNanos) {
    long start = nanos();
    double work = 0;
    long nanos;
    do {
      work += call.getAsDouble();
      nanos = nanos() - start;
    } while (nanos < leastNanos);
    return work / nanos;
  }
}
