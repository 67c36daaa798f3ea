package org.longread.job;

import java.util.Arrays;

/**
 * How much came per second over the last minute; less than a minute after the first, since then.
 * Times are nanoseconds of one clock that never goes back. Safe for use by several threads.
 */
final class MinuteRate {
  private static final int SECONDS = 60;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** What came in a second, at that second modulo their number. */
  private final long[] counts = new long[SECONDS];

  private final long[] seconds = new long[SECONDS];
  private long first = Long.MAX_VALUE;

  MinuteRate() {
    Arrays.fill(seconds, Long.MIN_VALUE);
  }

  synchronized void add(long count, long nanos) {
    long second = Math.floorDiv(nanos, NANOS_PER_SECOND);
    int at = Math.floorMod(second, SECONDS);
    if (seconds[at] != second) {
      seconds[at] = second;
      counts[at] = 0;
    }
    counts[at] += count;
    first = Math.min(first, second);
  }

  synchronized double perSecond(long nanos) {
    long now = Math.floorDiv(nanos, NANOS_PER_SECOND);
    if (first > now) {
      return 0;
    }
    long sum = 0;
    for (int i = 0; i < SECONDS; i++) {
      if (seconds[i] > now - SECONDS) {
        sum += counts[i];
      }
    }
    return (double) sum / Math.min(SECONDS, now - first + 1);
  }
}
