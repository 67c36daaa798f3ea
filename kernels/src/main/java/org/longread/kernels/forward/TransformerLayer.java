package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * One layer (dsa-spec section 4).
 *
 * <pre>
 * h = h + Attention(RMSNorm(h));  h = h + FeedForward(RMSNorm(h))
 * </pre>
 */
final class TransformerLayer {
  private final int layer;
  private final ModelConfig config;
  private final ModelWeights.Layer weights;
  private final AttentionBlock attention;
  private final FeedForward feedForward;

  /** Dense MLP or experts, with its cost. */
  private interface FeedForward {
    void apply(Pass pass, Rows x, Rows out);

    long flopsPerRow();
  }

  TransformerLayer(int layer, ModelWeights.Layer weights, ModelConfig config) {
    this.layer = layer;
    this.config = config;
    this.weights = weights;
    this.attention = new AttentionBlock(layer, weights, config);
    this.feedForward = feedForward(layer, weights.feedForward(), config);
  }

  private static FeedForward feedForward(
      int layer, ModelWeights.FeedForward weights, ModelConfig config) {
    if (weights instanceof ModelWeights.Experts experts) {
      MixtureOfExperts moe = new MixtureOfExperts(layer, experts, config.feedForward());
      return new FeedForward() {
        @Override
        public void apply(Pass pass, Rows x, Rows out) {
          moe.apply(pass, x, out);
        }

        @Override
        public long flopsPerRow() {
          return moe.flopsPerRow();
        }
      };
    }
    ModelWeights.Mlp mlp = (ModelWeights.Mlp) weights;
    return new FeedForward() {
      @Override
      public void apply(Pass pass, Rows x, Rows out) {
        MlpBlock.apply(pass.ops(), mlp, pass.size(), x, out);
      }

      @Override
      public long flopsPerRow() {
        return Flops.mlp(mlp);
      }
    };
  }

  /** Replaces hidden states [t, D] by those after this layer. */
  void forward(Pass pass, float[] hidden) {
    int t = pass.size();
    int width = config.hiddenSize();
    Rows h = Rows.of(hidden, width);
    Rows x = Rows.of(new float[t * width], width);
    Rows branch = Rows.of(new float[t * width], width);

    Normalization.rms(t, h, weights.inputNorm(), config.rmsNormEps(), x);
    attention.attend(pass, x, branch);
    pass.show(layer, "attn_out", width, branch.data());
    add(hidden, branch.data());
    pass.show(layer, "resid_mid", width, hidden);

    long start = System.nanoTime();
    Normalization.rms(t, h, weights.postAttentionNorm(), config.rmsNormEps(), x);
    feedForward.apply(pass, x, branch);
    pass.show(layer, "mlp_out", width, branch.data());
    add(hidden, branch.data());
    pass.book(Stage.EXPERTS, start, feedForward.flopsPerRow());
  }

  private static void add(float[] hidden, float[] branch) {
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] += branch[i];
    }
  }
}
