package org.longread.kernels.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.longread.kernels.ops.AttentionShape;

/**
 * Every dimension and switch of a model, as its {@code config.json} gives them. Keys and meaning:
 * Hugging Face {@code config.json} of the {@link ModelVariant}.
 */
public record ModelConfig(
    ModelVariant variant,
    int hiddenSize,
    List<LayerKind> layerKinds,
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
    layerKinds = List.copyOf(layerKinds);
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /**
   * Multi-head latent attention: heads, low-rank widths and head widths.
   *
   * @param qLoraRank 0 if queries are projected at once
   * @param interleavedRope whether queries and keys rotate interleaved, not half-split
   */
  public record Attention(
      int heads,
      int qLoraRank,
      int kvLoraRank,
      int qkNope,
      int qkRope,
      int value,
      boolean interleavedRope) {
    /** Attention that rotates interleaved, as published. */
    public Attention(int heads, int qLoraRank, int kvLoraRank, int qkNope, int qkRope, int value) {
      this(heads, qLoraRank, kvLoraRank, qkNope, qkRope, value, true);
    }

    /** Whether queries go through a narrow projection first. */
    public boolean hasQueryRank() {
      return qLoraRank > 0;
    }

    /** Weights that make queries of {@code hidden} values. */
    public long queryWeights(int hidden) {
      long width = (long) heads * (qkNope + qkRope);
      return hasQueryRank() ? qLoraRank * (hidden + width) : hidden * width;
    }
  }

  /**
   * Lightning indexer.
   *
   * @param topK tokens kept per query
   * @param interleavedRope whether queries and keys rotate interleaved, not half-split
   */
  public record Indexer(int heads, int dim, int topK, boolean interleavedRope) {
    /** The indexer of a model that has none: nothing is scored, everything is kept. */
    public static final Indexer NONE = new Indexer(0, 0, Integer.MAX_VALUE, false);
  }

  /** How experts are scored, and groups of them. */
  public enum Routing {
    /** Sigmoid; chosen with a bias, groups by their two best experts ({@code noaux_tc}). */
    SIGMOID,
    /** Softmax; chosen as scored, groups by their best expert ({@code group_limited_greedy}). */
    SOFTMAX
  }

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
      float routedScaling,
      Routing routing) {
    /** Experts chosen by sigmoid and bias. */
    public FeedForward(
        int intermediate,
        int expertIntermediate,
        int routedExperts,
        int expertsPerToken,
        int sharedExperts,
        int groups,
        int topGroups,
        boolean normalizeWeights,
        float routedScaling) {
      this(
          intermediate,
          expertIntermediate,
          routedExperts,
          expertsPerToken,
          sharedExperts,
          groups,
          topGroups,
          normalizeWeights,
          routedScaling,
          Routing.SIGMOID);
    }
  }

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
      double m = magnitude(yarn.get().mscaleAllDim());
      return scale * m * m;
    }

    /** Factor of cosines and sines: 1 but for YaRN whose mscale and mscaleAllDim differ. */
    public double rotationScale() {
      if (yarn.isEmpty() || yarn.get().factor() <= 1) {
        return 1;
      }
      return magnitude(yarn.get().mscale()) / magnitude(yarn.get().mscaleAllDim());
    }

    private double magnitude(double mscale) {
      return 0.1 * mscale * StrictMath.log(yarn.orElseThrow().factor()) + 1;
    }
  }

  /** YaRN scaling (Peng et al., 2023); {@code mscaleAllDim} is 0 where rotation alone is scaled. */
  public record Yarn(
      double factor,
      int originalPositions,
      double betaFast,
      double betaSlow,
      double mscale,
      double mscaleAllDim) {}

  /** FP8 weights with one scale per block. */
  public record BlockQuantization(int blockRows, int blockCols) {}

  /** Layers. */
  public int layers() {
    return layerKinds.size();
  }

  /** Layers that have a dense MLP instead of experts. */
  public int denseLayers() {
    return (int) IntStream.range(0, layers()).filter(this::isDense).count();
  }

  /** Whether layer {@code n} has a dense MLP instead of experts. */
  public boolean isDense(int n) {
    return layerKinds.get(n).feedForward() == LayerKind.FeedForward.DENSE;
  }

  /** Whether the model selects; without an indexer every query attends to all earlier tokens. */
  public boolean hasIndexer() {
    return variant.hasIndexer();
  }

  /** Whether layer {@code n} has an indexer of its own, and so index keys. */
  public boolean indexes(int n) {
    return layerKinds.get(n).selection() == LayerKind.Selection.OWN;
  }

  /** Layers that have an indexer of their own. */
  public int indexLayers() {
    return (int) IntStream.range(0, layers()).filter(this::indexes).count();
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
