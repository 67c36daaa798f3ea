package org.longread.kernels.checkpoint;

import java.util.List;
import java.util.Optional;
import org.longread.kernels.ops.AttentionShape;

/**
 * Every dimension and switch of a {@code deepseek_v32} model, as its {@code config.json} gives
 * them. Keys and meaning: Hugging Face {@code config.json} of DeepSeek-V3.2-Exp.
 */
public record ModelConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int denseLayers,
    int vocabSize,
    int maxPositions,
    Attention attention,
    Indexer indexer,
    FeedForward feedForward,
    Rope rope,
    float rmsNormEps,
    Optional<BlockQuantization> quantization,
    int bosTokenId,
    List<Integer> eosTokenIds) {

  public ModelConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /** Multi-head latent attention: heads, low-rank widths and head widths. */
  public record Attention(
      int heads, int qLoraRank, int kvLoraRank, int qkNope, int qkRope, int value) {}

  /** Lightning indexer; {@code interleavedRope} is true only where the config sets it. */
  public record Indexer(int heads, int dim, int topK, boolean interleavedRope) {}

  /** Dense MLP width and mixture of experts. */
  public record FeedForward(
      int intermediate,
      int expertIntermediate,
      int routedExperts,
      int expertsPerToken,
      int sharedExperts,
      int groups,
      int topGroups,
      boolean normalizeWeights,
      float routedScaling) {}

  /** Rotary embedding: base and, if present, YaRN. */
  public record Rope(double theta, Optional<Yarn> yarn) {
    /**
     * Factor of attention scores: width^-1/2, times m² with YaRN, m = 0.1 mscaleAllDim ln(factor) +
     * 1.
     *
     * @param width of a query head, rotated or not
     */
    public double softmaxScale(int width) {
      double scale = 1 / Math.sqrt(width);
      if (yarn.isEmpty() || yarn.get().factor() <= 1) {
        return scale;
      }
      double m = 0.1 * yarn.get().mscaleAllDim() * StrictMath.log(yarn.get().factor()) + 1;
      return scale * m * m;
    }
  }

  /** YaRN scaling (Peng et al., 2023). */
  public record Yarn(
      double factor,
      int originalPositions,
      double betaFast,
      double betaSlow,
      double mscale,
      double mscaleAllDim) {}

  /** FP8 weights with one scale per block. */
  public record BlockQuantization(int blockRows, int blockCols) {}

  /** Whether layer {@code n} has a dense MLP instead of experts. */
  public boolean isDense(int n) {
    return n < denseLayers;
  }

  /** Softmax scale of MLA. */
  public double softmaxScale() {
    return rope.softmaxScale(attention.qkNope() + attention.qkRope());
  }

  /** The widths attention kernels need. */
  public AttentionShape attentionShape() {
    return new AttentionShape(
        attention.heads(),
        attention.kvLoraRank(),
        attention.qkRope(),
        attention.qkNope(),
        attention.value(),
        (float) softmaxScale());
  }
}
