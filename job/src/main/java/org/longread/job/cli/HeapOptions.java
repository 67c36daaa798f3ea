package org.longread.job.cli;

import java.util.List;

/**
 * How a JVM that reads documents keeps to its plan. Passes leave much garbage behind, in arrays of
 * up to some MiB, and the default collector lets its heap grow instead of collecting: three to four
 * times what is in use. The parallel collector with a young part that is just large enough for the
 * passes of all threads stays within a tenth, at the same speed.
 */
final class HeapOptions {
  /** The option that gives the size of the young part. */
  static final String YOUNG = "-Xmn";

  private static final int MOST_OF_HEAP = 4;
  private static final int YOUNG_MIB = 64;
  private static final int YOUNG_MIB_PER_THREAD = 32;

  private HeapOptions() {}

  /** Options for a JVM in which so many threads compute in a heap of so many bytes. */
  static List<String> of(int threads, long heapBytes) {
    long wanted = YOUNG_MIB + (long) YOUNG_MIB_PER_THREAD * threads;
    long young = Math.max(1, Math.min(wanted, (heapBytes / MOST_OF_HEAP) >> 20));
    return List.of("-XX:+UseParallelGC", YOUNG + young + "m");
  }
}
