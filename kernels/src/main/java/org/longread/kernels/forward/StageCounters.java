package org.longread.kernels.forward;

import java.util.EnumMap;
import java.util.Map;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.Stage;

/** Time and work of one sequence by stage. Time is summed over the threads that worked on it. */
public final class StageCounters {
  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
  private final Map<Stage, Long> flops = new EnumMap<>(Stage.class);
  private long denseEquivalentFlops;
  private DeviceWork device = DeviceWork.NONE;
  private StreamedWeights.Work weights = StreamedWeights.Work.NONE;
  private long keysScored;
  private long keysKept;

  /** Adds time and work to a stage. */
  synchronized void add(Stage stage, long elapsedNanos, long flopCount) {
    nanos.merge(stage, elapsedNanos, Long::sum);
    flops.merge(stage, flopCount, Long::sum);
  }

  /** Adds what a device did. */
  synchronized void add(DeviceWork work) {
    device = device.plus(work);
  }

  /** What devices did. */
  public synchronized DeviceWork device() {
    return device;
  }

  /** Adds a share of what reading weights took. */
  public synchronized void add(StreamedWeights.Work work) {
    weights = weights.plus(work);
  }

  /** What reading weights took. */
  public synchronized StreamedWeights.Work weights() {
    return weights;
  }

  /** Adds time and work of another sequence, stage by stage. */
  public void add(StageCounters other) {
    for (Stage stage : Stage.values()) {
      add(stage, other.nanos(stage), other.flops(stage));
    }
    add(other.device());
    add(other.weights());
  }

  /** Adds time and work of the output head. */
  public synchronized void addHead(long elapsedNanos, long flopCount) {
    add(Stage.HEAD, elapsedNanos, flopCount);
  }

  synchronized void addDenseEquivalentFlops(long count) {
    denseEquivalentFlops += count;
  }

  synchronized void addKeys(long scored, long kept) {
    keysScored += scored;
    keysKept += kept;
  }

  /** Nanoseconds spent in a stage. */
  public synchronized long nanos(Stage stage) {
    return nanos.getOrDefault(stage, 0L);
  }

  /** FLOPs of a stage, two per multiply-add. */
  public synchronized long flops(Stage stage) {
    return flops.getOrDefault(stage, 0L);
  }

  /** FLOPs of attention the same tokens would have cost dense; other stages are not in it. */
  public synchronized long denseEquivalentFlops() {
    return denseEquivalentFlops;
  }

  /** Query-key pairs scored by the indexer. */
  public synchronized long keysScored() {
    return keysScored;
  }

  /** Query-key pairs that entered the attention window. */
  public synchronized long keysKept() {
    return keysKept;
  }
}
