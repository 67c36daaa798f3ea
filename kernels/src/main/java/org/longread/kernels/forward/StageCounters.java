package org.longread.kernels.forward;

import java.util.EnumMap;
import java.util.Map;
import org.longread.kernels.ops.Stage;

/** Time and work of one sequence by stage. Written by the thread that runs the sequence. */
public final class StageCounters {
  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
  private final Map<Stage, Long> flops = new EnumMap<>(Stage.class);
  private long denseEquivalentFlops;
  private long keysScored;
  private long keysKept;

  /** Adds time and work to a stage. */
  void add(Stage stage, long elapsedNanos, long flopCount) {
    nanos.merge(stage, elapsedNanos, Long::sum);
    flops.merge(stage, flopCount, Long::sum);
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
    return nanos.getOrDefault(stage, 0L);
  }

  /** FLOPs of a stage, two per multiply-add. */
  public long flops(Stage stage) {
    return flops.getOrDefault(stage, 0L);
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
