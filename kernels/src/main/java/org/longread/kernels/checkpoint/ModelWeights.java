package org.longread.kernels.checkpoint;

import java.util.List;
import java.util.Optional;
import org.longread.kernels.ops.EmbeddingTable;
import org.longread.kernels.ops.WeightMatrix;

/**
 * All weights of a model, packed for the kernels. Immutable; vectors are float32 and must not be
 * written. D hidden, C latent, dn/dr/dv head widths, H heads, HI/dI index heads, E experts.
 *
 * @param embedding [V, D]
 * @param finalNorm [D]
 * @param head [V, D]
 */
public record ModelWeights(
    EmbeddingTable embedding, List<Layer> layers, float[] finalNorm, WeightMatrix head) {
  public ModelWeights {
    layers = List.copyOf(layers);
  }

  /** Bytes held, padding and scales included. */
  public long bytes() {
    long bytes = embedding.bytes() + head.bytes() + 4L * finalNorm.length;
    for (Layer layer : layers) {
      bytes += layer.bytes();
    }
    return bytes;
  }

  private static long sum(List<WeightMatrix> matrices) {
    return matrices.stream().mapToLong(WeightMatrix::bytes).sum();
  }

  /**
   * One transformer layer; {@code inputNorm} and {@code postAttentionNorm} are [D].
   *
   * @param indexer empty if the layer attends to everything, or to an earlier layer's selection
   */
  public record Layer(
      float[] inputNorm,
      Attention attention,
      Optional<Indexer> indexer,
      float[] postAttentionNorm,
      FeedForward feedForward) {
    long bytes() {
      long norms = 4L * (inputNorm.length + postAttentionNorm.length);
      long index = indexer.map(Indexer::bytes).orElse(0L);
      return norms + attention.bytes() + index + feedForward.bytes();
    }
  }

  /**
   * Multi-head latent attention.
   *
   * @param queryDown what queries go through first; empty if the model has no query rank
   * @param queryUp q_b_proj [H (dn + dr), q_lora], or q_proj [H (dn + dr), D]
   * @param keyValueDown kv_a_proj_with_mqa [C + dr, D]
   * @param keyValueNorm kv_a_layernorm [C]
   * @param keyUp per head: the dn key rows of kv_b_proj, transposed to [C, dn]
   * @param valueUp per head: the dv value rows of kv_b_proj, [dv, C]
   * @param output o_proj [D, H dv]
   */
  public record Attention(
      Optional<QueryDown> queryDown,
      WeightMatrix queryUp,
      WeightMatrix keyValueDown,
      float[] keyValueNorm,
      List<WeightMatrix> keyUp,
      List<WeightMatrix> valueUp,
      WeightMatrix output) {
    public Attention {
      keyUp = List.copyOf(keyUp);
      valueUp = List.copyOf(valueUp);
    }

    long bytes() {
      return 4L * keyValueNorm.length
          + queryDown.map(QueryDown::bytes).orElse(0L)
          + sum(List.of(queryUp, keyValueDown, output))
          + sum(keyUp)
          + sum(valueUp);
    }
  }

  /** The narrow projection of queries: q_a_proj [q_lora, D], then q_a_layernorm [q_lora]. */
  public record QueryDown(WeightMatrix weight, float[] norm) {
    long bytes() {
      return weight.bytes() + 4L * norm.length;
    }
  }

  /**
   * Lightning indexer.
   *
   * @param queryUp indexer.wq_b [HI dI, q_lora]
   * @param key indexer.wk [dI, D]
   * @param keyNorm indexer.k_norm weight [dI]
   * @param keyNormBias indexer.k_norm bias [dI]
   * @param headWeights indexer.weights_proj [HI, D]
   */
  public record Indexer(
      WeightMatrix queryUp,
      WeightMatrix key,
      float[] keyNorm,
      float[] keyNormBias,
      WeightMatrix headWeights) {
    long bytes() {
      long norms = 4L * (keyNorm.length + keyNormBias.length);
      return norms + sum(List.of(queryUp, key, headWeights));
    }
  }

  /** What follows attention in a layer. */
  public sealed interface FeedForward permits Mlp, Experts {
    /** Bytes held, padding and scales included. */
    long bytes();
  }

  /** gate and up [inter, D], down [D, inter]. */
  public record Mlp(WeightMatrix gate, WeightMatrix up, WeightMatrix down) implements FeedForward {
    @Override
    public long bytes() {
      return sum(List.of(gate, up, down));
    }
  }

  /**
   * Mixture of experts.
   *
   * @param router mlp.gate [E, D]
   * @param choiceBias e_score_correction_bias [E], added for choosing only; zeros if there is none
   * @param routed one MLP per expert, width moe_intermediate
   * @param shared one MLP of width n_shared * moe_intermediate; empty if the model has none
   */
  public record Experts(
      WeightMatrix router, float[] choiceBias, List<Mlp> routed, Optional<Mlp> shared)
      implements FeedForward {
    public Experts {
      routed = List.copyOf(routed);
    }

    @Override
    public long bytes() {
      long mlps = routed.stream().mapToLong(Mlp::bytes).sum() + shared.map(Mlp::bytes).orElse(0L);
      return router.bytes() + 4L * choiceBias.length + mlps;
    }
  }
}
