package org.longread.kernels;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.Stage;

/**
 * What was computed and how long it took, for one session or summed over many.
 *
 * @param tokens tokens that went through the layers
 * @param nanos nanoseconds by stage, summed over the threads that worked; a batched step is divided
 *     evenly over its sessions
 * @param flops floating-point operations by stage, two per multiply-add
 * @param denseEquivalentFlops the least the same tokens would have cost with attention to every
 *     earlier token and no indexer, all stages
 * @param keysScored query-key pairs scored by the indexer, over all layers
 * @param keysKept query-key pairs that entered the attention window, over all layers
 * @param device what a device did of it: kernels, compilation, transfers
 * @param peakCacheBytes largest latent cache held
 * @param weights what reading weights took, where they are streamed; a sweep is divided by tokens
 */
public record EngineStats(
    long tokens,
    Map<Stage, Long> nanos,
    Map<Stage, Long> flops,
    long denseEquivalentFlops,
    long keysScored,
    long keysKept,
    DeviceWork device,
    long peakCacheBytes,
    StreamedWeights.Work weights)
    implements Serializable {

  /** Nothing done. */
  public static final EngineStats NONE =
      new EngineStats(
          0, Map.of(), Map.of(), 0, 0, 0, DeviceWork.NONE, 0, StreamedWeights.Work.NONE);

  public EngineStats {
    nanos = everyStage(nanos);
    flops = everyStage(flops);
    // Segments of a run that an earlier version began have none.
    weights = weights == null ? StreamedWeights.Work.NONE : weights;
  }

  private static Map<Stage, Long> everyStage(Map<Stage, Long> given) {
    Map<Stage, Long> all = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      all.put(stage, given.getOrDefault(stage, 0L));
    }
    return Map.copyOf(all);
  }

  /** Both together; the peak is the larger one. */
  public EngineStats plus(EngineStats other) {
    return new EngineStats(
        tokens + other.tokens,
        sum(nanos, other.nanos),
        sum(flops, other.flops),
        denseEquivalentFlops + other.denseEquivalentFlops,
        keysScored + other.keysScored,
        keysKept + other.keysKept,
        device.plus(other.device),
        Math.max(peakCacheBytes, other.peakCacheBytes),
        weights.plus(other.weights));
  }

  private static Map<Stage, Long> sum(Map<Stage, Long> a, Map<Stage, Long> b) {
    Map<Stage, Long> sum = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      sum.put(stage, a.get(stage) + b.get(stage));
    }
    return sum;
  }

  /** FLOPs of all stages. */
  public long totalFlops() {
    return flops.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Nanoseconds of all stages. */
  public long totalNanos() {
    return nanos.values().stream().mapToLong(Long::longValue).sum();
  }
}
