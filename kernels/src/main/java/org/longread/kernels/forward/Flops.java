package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Floating-point operations by shape, two per multiply-add (dsa-spec section 6). Also the one place
 * that chooses a form of attention by cost.
 *
 * <p>A prefilled row at position p can attend to its selection in two forms. Absorbed, it gathers
 * the k selected latents: k absorbed pairs. Expanded, it computes the scores of all p + 1 tokens
 * and masks those not selected: more pairs, each cheaper, in whole tiles that rows share. The forms
 * round differently, so which one runs is a function of position and configuration alone.
 */
public final class Flops {
  /** Query rows over which the expansion of a key is taken to be shared. */
  private static final int NOMINAL_CHUNK = 512;

  /** Time per FLOP of gathered pairs over that of whole tiles, measured by bench --kernels. */
  private static final double GATHER_COST = 1.5;

  private Flops() {}

  static long matmul(WeightMatrix weight) {
    return 2L * weight.rows() * weight.cols();
  }

  static long mlp(ModelWeights.Mlp mlp) {
    return matmul(mlp.gate()) + matmul(mlp.up()) + matmul(mlp.down());
  }

  /** One query against one key, all heads, expanded form: 2 H (dn + dr + dv). */
  public static long expandedPair(AttentionShape shape) {
    return 2L * shape.heads() * (shape.query() + shape.value());
  }

  /** One query against one key, all heads, absorbed form: 2 H (2 C + dr). */
  public static long absorbedPair(AttentionShape shape) {
    return 2L * shape.heads() * (shape.cached() + shape.latent());
  }

  /** Expanding one key for all heads, or absorbing one query and its output: 2 H C (dn + dv). */
  public static long upProjection(AttentionShape shape) {
    return 2L * shape.heads() * shape.latent() * (shape.nope() + shape.value());
  }

  /** One query against one index key: 2 HI dI, and 3 HI for ReLU, weight and sum. */
  public static long indexPair(ModelConfig.Indexer indexer) {
    return indexer.heads() * (2L * indexer.dim() + 3);
  }

  /**
   * Whether dense attention of prefilled rows runs expanded rather than absorbed. A function of the
   * configuration alone, so it never makes results depend on chunking.
   */
  public static boolean expandedIsCheaper(AttentionShape shape) {
    return expandedPairOfChunk(shape) < absorbedPair(shape);
  }

  private static long expandedPairOfChunk(AttentionShape shape) {
    return expandedPair(shape) + upProjection(shape) / NOMINAL_CHUNK;
  }

  /**
   * The position from which prefilled rows gather their selection; before it they attend expanded,
   * under a mask. 0 if they always gather.
   */
  public static int gatherFrom(AttentionShape shape, int topK) {
    if (!expandedIsCheaper(shape)) {
      return 0;
    }
    double gather = GATHER_COST * topK * absorbedPair(shape) + upProjection(shape);
    return (int) Math.min(Integer.MAX_VALUE, gather / expandedPairOfChunk(shape));
  }

  /** Books attention of the dense twin; what both share is added when statistics are read. */
  static void bookDenseEquivalent(Batch batch, ModelConfig config) {
    AttentionShape shape = config.attentionShape();
    boolean expanded = batch.phase() == Batch.Phase.PREFILL && expandedIsCheaper(shape);
    long perPair = expanded ? expandedPair(shape) : absorbedPair(shape);
    for (Batch.Segment segment : batch.segments()) {
      long first = segment.firstPosition() + 1L;
      long rows = segment.count();
      long pairs = rows * first + rows * (rows - 1) / 2;
      long flops = pairs * perPair + rows * upProjection(shape);
      segment.sequence().counters().addDenseEquivalentFlops(flops * config.layers());
    }
  }
}
