package org.longread.kernels.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time of this thread: what a shared machine does in between does not count. */
public final class CpuClock {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuClock() {}

  /** CPU nanoseconds of the calling thread so far. */
  public static long nanos() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
