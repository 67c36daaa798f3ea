package org.longread.kernels.bench;

import java.util.Arrays;

/**
 * How fast one thread reads memory that no cache holds: arrays are compared that are equal, which
 * every JDK does with vector loads and nothing else.
 *
 * <p>Holds 128 MiB, of which each measurement reads a quarter.
 */
final class ReadPeak {
  private static final int INTS = 1 << 20;
  private static final int BLOCKS = 32;
  private static final int PAIRS_PER_READ = 4;
  private static final int WARM_UP_READS = 40;

  private final int[][] blocks = new int[BLOCKS][];
  private int next;

  /** GB/s just now. */
  double gigabytesPerSecond() {
    if (blocks[0] == null) {
      for (int b = 0; b < BLOCKS; b++) {
        blocks[b] = new int[INTS];
        Arrays.fill(blocks[b], 1);
      }
      for (int warm = 0; warm < WARM_UP_READS; warm++) {
        read();
      }
    }
    return read();
  }

  private double read() {
    long start = CpuClock.nanos();
    for (int pair = 0; pair < PAIRS_PER_READ; pair++) {
      if (!Arrays.equals(blocks[next], blocks[next + 1])) {
        throw new IllegalStateException("Cannot measure memory: equal arrays differ");
      }
      next = (next + 2) % BLOCKS;
    }
    long nanos = CpuClock.nanos() - start;
    return 2.0 * PAIRS_PER_READ * INTS * Integer.BYTES / nanos;
  }
}
