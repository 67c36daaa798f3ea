package org.longread.kernels.bench;

import java.util.Map;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.ops.Stage;

/**
 * The cost of reading one token at a position, or of generating one there.
 *
 * @param phase prefill or decode
 * @param mode sparse or dense
 * @param position tokens before it
 * @param rows tokens measured together
 * @param nanosPerToken CPU nanoseconds of all threads, median of the rounds
 * @param stageNanos of that median round, per token; without the output head
 * @param stageFlops per token
 */
public record PositionCost(
    Phase phase,
    AttentionMode mode,
    int position,
    int rows,
    double nanosPerToken,
    Map<Stage, Double> stageNanos,
    Map<Stage, Double> stageFlops) {
  public PositionCost {
    stageNanos = Map.copyOf(stageNanos);
    stageFlops = Map.copyOf(stageFlops);
  }

  /** How tokens arrive. */
  public enum Phase {
    /** Many tokens of one document. */
    PREFILL,
    /** One token. */
    DECODE
  }

  /** FLOPs per token, all stages. */
  public double flopsPerToken() {
    return stageFlops.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What index, selection and attention take together: the part that grows with the position. */
  public double attentionNanos() {
    return stageNanos.getOrDefault(Stage.INDEXER, 0.0)
        + stageNanos.getOrDefault(Stage.SELECTION, 0.0)
        + stageNanos.getOrDefault(Stage.ATTENTION, 0.0);
  }
}
