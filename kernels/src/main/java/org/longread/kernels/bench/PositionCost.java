package org.longread.kernels.bench;

import java.util.List;
import java.util.Map;
import org.longread.kernels.ops.Stage;

/**
 * The cost of reading one token at a position, or of generating one there.
 *
 * @param phase prefill or decode
 * @param mode which tokens are attended to, and how
 * @param position tokens before it; of a prefill, the mean over the rows
 * @param rows tokens that arrived together; of answers, the questions
 * @param nanosPerToken CPU nanoseconds of one thread, median of the rounds
 * @param stageNanos per token; what belongs to no stage, and the output head, is in none
 * @param stageFlops per token
 */
public record PositionCost(
    Phase phase,
    Mode mode,
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
    /** One token, without the output head. */
    DECODE,
    /** One token of each of several sequences, and the output head. */
    STEP,
    /** A document and answers to questions on it, per token of the document. */
    ANSWERS;

    /** Those measured position by position, sparse and dense. */
    public static final List<Phase> BY_POSITION = List.of(PREFILL, DECODE);
  }

  /** Which tokens are attended to, and how. */
  public enum Mode {
    /** The indexer's selection, absorbed; everything while it covers all earlier tokens. */
    SPARSE,
    /** Everything; keys and values are expanded for each head: 2 H (dn + dr + dv) per pair. */
    DENSE_EXPANDED,
    /** Everything in latent space, many queries at once in a prefill: 2 H (2 C + dr) per pair. */
    DENSE_ABSORBED;

    /** Whether every earlier token is attended to. */
    public boolean isDense() {
      return this != SPARSE;
    }
  }

  /** Nanoseconds of a stage per token. */
  public double nanos(Stage stage) {
    return stageNanos.getOrDefault(stage, 0.0);
  }

  /** FLOPs of a stage per token. */
  public double flops(Stage stage) {
    return stageFlops.getOrDefault(stage, 0.0);
  }

  /** FLOPs per token, all stages. */
  public double flopsPerToken() {
    return stageFlops.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What index, selection and attention take together: the part that grows with the position. */
  public double attentionNanos() {
    return nanos(Stage.INDEXER) + nanos(Stage.SELECTION) + nanos(Stage.ATTENTION);
  }

  /** FLOPs of index and attention; selecting counts as none. */
  public double attentionFlops() {
    return flops(Stage.INDEXER) + flops(Stage.ATTENTION);
  }
}
