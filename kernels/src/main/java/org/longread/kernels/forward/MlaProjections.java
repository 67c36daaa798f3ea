package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/** Queries and the cached latents of multi-head latent attention (dsa-spec section 4.1). */
final class MlaProjections {
  private final int layer;
  private final ModelWeights.Attention weights;
  private final ModelConfig config;

  MlaProjections(int layer, ModelWeights.Attention weights, ModelConfig config) {
    this.layer = layer;
    this.weights = weights;
    this.config = config;
  }

  /**
   * Queries of a batch.
   *
   * @param residual q_a_layernorm output [t, q_lora], shared with the indexer; x itself if the
   *     model has no query rank
   * @param heads [t, H (dn + dr)] after RoPE
   */
  record Queries(Rows residual, Rows heads) {}

  /** Projects normalised inputs x [t, D] to queries. */
  Queries queries(Pass pass, Rows x) {
    long start = System.nanoTime();
    int t = pass.size();
    Rows residual = residual(pass, x);
    int width = config.attentionShape().query();
    int heads = config.attention().heads();
    Rows queries = Rows.of(new float[t * heads * width], heads * width);
    pass.ops().matmul(t, residual, weights.queryUp(), queries);
    for (int i = 0; i < t; i++) {
      for (int h = 0; h < heads; h++) {
        int at = queries.at(i) + h * width + config.attention().qkNope();
        rotate(pass, i, queries.data(), at);
      }
    }
    pass.precision().toBf16(queries, t, heads * width);
    long down = weights.queryDown().map(low -> Flops.matmul(low.weight())).orElse(0L);
    pass.book(Stage.PROJECTIONS, start, down + Flops.matmul(weights.queryUp()));
    return new Queries(residual, queries);
  }

  /** What queries are made of. */
  private Rows residual(Pass pass, Rows x) {
    if (weights.queryDown().isEmpty()) {
      return x;
    }
    ModelWeights.QueryDown down = weights.queryDown().get();
    int t = pass.size();
    int low = config.attention().qLoraRank();
    Rows residual = Rows.of(new float[t * low], low);
    pass.ops().matmul(t, x, down.weight(), residual);
    Normalization.rms(t, residual, down.norm(), config.rmsNormEps(), residual);
    pass.precision().toBf16(residual, t, low);
    pass.show(layer, "q_resid", residual, low);
    return residual;
  }

  private void rotate(Pass pass, int row, float[] x, int at) {
    if (config.attention().interleavedRope()) {
      pass.rope().interleaved(row, x, at);
    } else {
      pass.rope().halfSplit(row, x, at);
    }
  }

  /** Projects normalised inputs x [t, D] to what is cached: latent and rope key, [t, C + dr]. */
  void latents(Pass pass, Rows x, Rows cached) {
    long start = System.nanoTime();
    int t = pass.size();
    int latent = config.attention().kvLoraRank();
    pass.ops().matmul(t, x, weights.keyValueDown(), cached);
    Normalization.rms(t, cached, weights.keyValueNorm(), config.rmsNormEps(), cached);
    for (int i = 0; i < t; i++) {
      rotate(pass, i, cached.data(), cached.at(i) + latent);
    }
    pass.precision().toBf16(cached, t, config.attentionShape().cached());
    pass.precision().toE4m3(cached, t, latent);
    pass.show(layer, "kv_latent", cached, latent);
    pass.show(layer, "k_pe", cached.column(latent), config.attention().qkRope());
    pass.book(Stage.PROJECTIONS, start, Flops.matmul(weights.keyValueDown()));
  }
}
