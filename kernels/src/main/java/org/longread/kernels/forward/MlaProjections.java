package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;
import org.longread.kernels.ops.TokenPages;

/** Queries and the cached key-value of multi-head latent attention (dsa-spec section 4.1). */
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
   * @param residual q_a_layernorm output [t, q_lora], shared with the indexer
   * @param heads [t, H (dn + dr)] after RoPE
   */
  record Queries(float[] residual, float[] heads) {}

  /**
   * Projects normalised inputs x [t, D] to queries, and appends latent and rope key to the caches.
   */
  Queries project(Pass pass, Rows x) {
    long start = System.nanoTime();
    Queries queries = queries(pass, x);
    appendLatents(pass, x);
    pass.book(Stage.PROJECTIONS, start, flopsPerRow());
    return queries;
  }

  private Queries queries(Pass pass, Rows x) {
    int t = pass.size();
    int low = config.attention().qLoraRank();
    float[] residual = new float[t * low];
    Rows residualRows = Rows.of(residual, low);
    pass.ops().matmul(t, x, weights.queryDown(), residualRows);
    Normalization.rms(t, residualRows, weights.queryNorm(), config.rmsNormEps(), residualRows);
    pass.show(layer, "q_resid", low, residual);

    int width = config.attentionShape().query();
    int heads = config.attention().heads();
    float[] queries = new float[t * heads * width];
    pass.ops().matmul(t, residualRows, weights.queryUp(), Rows.of(queries, heads * width));
    for (int i = 0; i < t; i++) {
      for (int h = 0; h < heads; h++) {
        int at = (i * heads + h) * width + config.attention().qkNope();
        pass.rope().interleaved(i, queries, at);
      }
    }
    return new Queries(residual, queries);
  }

  private void appendLatents(Pass pass, Rows x) {
    int t = pass.size();
    int latent = config.attention().kvLoraRank();
    int width = config.attentionShape().cached();
    float[] cached = new float[t * width];
    Rows rows = Rows.of(cached, width);
    pass.ops().matmul(t, x, weights.keyValueDown(), rows);
    Normalization.rms(t, rows, weights.keyValueNorm(), config.rmsNormEps(), rows);
    for (int i = 0; i < t; i++) {
      pass.rope().interleaved(i, cached, i * width + latent);
    }
    for (Batch.Segment segment : pass.batch().segments()) {
      TokenPages pages = segment.sequence().cache().latents(layer);
      pages.appendAll(rows.from(segment.firstRow()), segment.count());
    }
    if (pass.trace().isActive()) {
      pass.trace().rows("layers." + layer + ".kv_latent", 0, t, latent, rows);
      int rope = config.attention().qkRope();
      pass.trace().rows("layers." + layer + ".k_pe", 0, t, rope, rows.column(latent));
    }
  }

  private long flopsPerRow() {
    return Flops.matmul(weights.queryDown())
        + Flops.matmul(weights.queryUp())
        + Flops.matmul(weights.keyValueDown());
  }
}
