package org.longread.kernels;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.IndexPrecision;

/**
 * How one sequence is read.
 *
 * @param attention which earlier tokens a query attends to
 * @param topK tokens kept per query; 0 takes the model's own
 * @param sampleQuality share of query positions, chosen by position alone, that are compared with
 *     dense attention; 0 compares none
 * @param indexPrecision of index keys and scores
 * @param indexReuse consecutive layers that share one selection, the first one's; 1 lets every
 *     layer select for itself, as the model was trained
 */
public record SessionOptions(
    AttentionMode attention,
    int topK,
    double sampleQuality,
    IndexPrecision indexPrecision,
    int indexReuse) {
  /** The model's own attention, nothing sampled. */
  public static final SessionOptions DEFAULT =
      new SessionOptions(AttentionMode.AUTO, 0, 0, IndexPrecision.F32);

  public SessionOptions {
    if (indexReuse < 1) {
      throw new IllegalArgumentException(
          "Invalid indexReuse: " + indexReuse + " (expected 1 or more)");
    }
    if (topK < 0) {
      throw new IllegalArgumentException("Invalid topK: " + topK + " (expected 0 or more)");
    }
    if (!(sampleQuality >= 0 && sampleQuality <= 1)) {
      throw new IllegalArgumentException(
          "Invalid sampleQuality: " + sampleQuality + " (expected 0..1)");
    }
  }

  /** Options by which every layer selects for itself. */
  public SessionOptions(
      AttentionMode attention, int topK, double sampleQuality, IndexPrecision indexPrecision) {
    this(attention, topK, sampleQuality, indexPrecision, 1);
  }

  /** The same with another number of layers that share a selection. */
  public SessionOptions withIndexReuse(int layers) {
    return new SessionOptions(attention, topK, sampleQuality, indexPrecision, layers);
  }

  /** The same with index keys and scores in another precision. */
  public SessionOptions with(IndexPrecision precision) {
    return new SessionOptions(attention, topK, sampleQuality, precision, indexReuse);
  }

  /** The same with another attention mode. */
  public SessionOptions with(AttentionMode mode) {
    return new SessionOptions(mode, topK, sampleQuality, indexPrecision, indexReuse);
  }

  /**
   * Checks that a model can be read so.
   *
   * @throws IllegalArgumentException if it has no indexer and a selection is asked for, or if its
   *     index keys cannot have the precision
   */
  public void check(ModelConfig config) {
    attention.check(config, topK);
    if (config.hasIndexer()) {
      indexPrecision.check(config.indexer().dim());
    }
  }
}
