package org.longread.kernels.forward;

import org.longread.kernels.ops.Stage;

/** Time and work of one sequence by stage. Written by the thread that runs the sequence. */
public final class StageCounters {
  private final long[] nanos = new long[Stage.values().length];
  private final long[] flops = new long[Stage.values().length];
  private long denseEquivalentFlops;
  private long keysScored;
  private long keysKept;

  /** Adds time and work to a stage. */
  void add(Stage stage, long elapsedNanos, long flopCount) {
    nanos[stage.ordinal()] += elapsedNanos;
    flops[stage.ordinal()] += flopCount;
  }

  /** Adds time and work of the output head. */
  public void addHead(long elapsedNanos, long flopCount) {
    add(Stage.HEAD, elapsedNanos, flopCount);
  }

  void addDenseEquivalentFlops(long count) {
    denseEquivalentFlops += count;
  }

  void addKeys(long scored, long kept) {
    keysScored += scored;
    keysKept += kept;
  }

  /** Nanoseconds spent in a stage. */
  public long nanos(Stage stage) {
    return nanos[stage.ordinal()];
  }

  /** FLOPs of a stage, two per multiply-add. */
  public long flops(Stage stage) {
    return flops[stage.ordinal()];
  }

  /** FLOPs the same tokens would have cost with dense attention, all stages. */
  public long denseEquivalentFlops() {
    return denseEquivalentFlops;
  }

  /** Query-key pairs scored by the indexer. */
  public long keysScored() {
    return keysScored;
  }

  /** Query-key pairs that entered the attention window. */
  public long keysKept() {
    return keysKept;
  }
}
