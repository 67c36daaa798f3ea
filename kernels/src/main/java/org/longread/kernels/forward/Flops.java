package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Floating-point operations by shape, two per multiply-add (dsa-spec section 6). Also the one place
 * that chooses between expanded and absorbed dense attention by cost.
 */
public final class Flops {
  /** Query rows over which the expansion of a key is taken to be shared. */
  private static final int NOMINAL_CHUNK = 512;

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
    return expandedPair(shape) + upProjection(shape) / NOMINAL_CHUNK < absorbedPair(shape);
  }
}
