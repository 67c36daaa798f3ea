package org.longread.kernels.bench;

import java.util.List;
import java.util.Optional;
import org.longread.kernels.checkpoint.LayerKind;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelVariant;
import org.longread.kernels.ops.Precision;

/**
 * A model shape to measure.
 *
 * @param name how users ask for it
 * @param config its dimensions; every layer is a mixture-of-experts layer
 * @param precision of its weights
 * @param note what differs from a published model; empty if nothing
 */
public record BenchPreset(String name, ModelConfig config, Precision precision, String note) {
  private static final ModelConfig.Rope PLAIN = new ModelConfig.Rope(10_000, Optional.empty());
  private static final ModelConfig.Rope YARN =
      new ModelConfig.Rope(10_000, Optional.of(new ModelConfig.Yarn(40, 4096, 32, 1, 1, 1)));

  /** The bundled demo model's four layers. */
  public static final BenchPreset DEMO =
      new BenchPreset(
          "demo",
          config(
              new Size(192, 4, 320),
              new ModelConfig.Attention(4, 96, 64, 32, 16, 32),
              new ModelConfig.Indexer(4, 32, 64, false),
              new ModelConfig.FeedForward(384, 96, 8, 2, 1, 1, 1, true, 1f),
              PLAIN),
          Precision.BF16,
          "");

  /** One layer between the two: 16 heads over the published latent, 16 index heads, top 2048. */
  public static final BenchPreset MEDIUM =
      new BenchPreset(
          "medium",
          config(
              new Size(2048, 1, 32_000),
              new ModelConfig.Attention(16, 768, 512, 128, 64, 128),
              new ModelConfig.Indexer(16, 128, 2048, false),
              new ModelConfig.FeedForward(4096, 768, 16, 4, 1, 1, 1, true, 1f),
              YARN),
          Precision.BF16,
          "");

  /** One layer of the 671B configuration. */
  public static final BenchPreset V32_LAYER =
      new BenchPreset(
          "v3.2-layer",
          config(
              new Size(7168, 1, 1024),
              new ModelConfig.Attention(128, 1536, 512, 128, 64, 128),
              new ModelConfig.Indexer(64, 128, 2048, false),
              new ModelConfig.FeedForward(18_432, 2048, 8, 8, 1, 1, 1, true, 2.5f),
              YARN),
          Precision.BF16,
          "8 experts held instead of 256, all 8 active: the same work per token in 1/32 of the memory");

  /** Every preset. */
  public static final List<BenchPreset> ALL = List.of(DEMO, MEDIUM, V32_LAYER);

  private record Size(int hidden, int layers, int vocab) {}

  private static ModelConfig config(
      Size size,
      ModelConfig.Attention attention,
      ModelConfig.Indexer indexer,
      ModelConfig.FeedForward feedForward,
      ModelConfig.Rope rope) {
    return new ModelConfig(
        ModelVariant.DEEPSEEK_V32,
        size.hidden(),
        LayerKind.denseFirst(size.layers(), 0, LayerKind.Selection.OWN),
        size.vocab(),
        1 << 20,
        attention,
        indexer,
        feedForward,
        rope,
        1e-6f,
        Optional.empty(),
        0,
        List.of(1));
  }

  /** The shape in a line. */
  public String shape() {
    ModelConfig.Attention a = config.attention();
    ModelConfig.Indexer i = config.indexer();
    return "%d heads, latent %d + %d, %d x %d index heads, top %d, %d layer%s"
        .formatted(
            a.heads(),
            a.kvLoraRank(),
            a.qkRope(),
            i.heads(),
            i.dim(),
            i.topK(),
            config.layers(),
            config.layers() == 1 ? "" : "s");
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    ModelConfig.Attention a = config.attention();
    ModelConfig.Indexer i = config.indexer();
    ModelConfig.FeedForward f = config.feedForward();
    long hidden = config.hiddenSize();
    long attention =
        hidden * (a.qLoraRank() + a.kvLoraRank() + a.qkRope())
            + (long) a.heads() * (a.qkNope() + a.qkRope()) * a.qLoraRank()
            + (long) a.heads() * (a.qkNope() + a.value()) * a.kvLoraRank()
            + hidden * a.heads() * a.value();
    long indexer =
        (long) i.heads() * i.dim() * a.qLoraRank() + hidden * (i.dim() + (long) i.heads());
    long experts =
        3 * hidden * f.expertIntermediate() * (f.routedExperts() + (long) f.sharedExperts());
    long layer = attention + indexer + experts + hidden * f.routedExperts();
    return precision.bytes() * (layer * config.layers() + 2 * hidden * config.vocabSize());
  }

  /**
   * The preset of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static BenchPreset named(String name) {
    return ALL.stream()
        .filter(preset -> preset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid preset: "
                        + name
                        + " (expected "
                        + String.join("|", ALL.stream().map(BenchPreset::name).toList())
                        + ")"));
  }
}
