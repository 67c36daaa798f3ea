package org.longread.job.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.longread.job.Units;
import org.longread.kernels.checkpoint.ModelConfig;

/** A configuration and its cost in tables. */
final class ModelReport {
  private static final String INDENT = "  ";
  private static final int[] LENGTHS = {1, 2, 4, 8, 16, 32, 64, 128};

  private final ModelConfig config;
  private final CostModel cost;

  ModelReport(ModelConfig config) {
    this.config = config;
    this.cost = new CostModel(config);
  }

  List<String> configuration() {
    ModelConfig.Attention a = config.attention();
    ModelConfig.FeedForward f = config.feedForward();
    String quantized =
        config
            .quantization()
            .map(b -> "FP8 with a scale per %d x %d".formatted(b.blockRows(), b.blockCols()))
            .orElse("none");
    return List.of(
        line("model type  %s", config.variant().modelType()),
        line("layers      %d, %d of them dense", config.layers(), config.denseLayers()),
        line("widths      hidden %d, vocabulary %d", config.hiddenSize(), config.vocabSize()),
        line(
            "attention   %d heads of %d + %d (nope + rope), values %d, latent %d, query rank %s",
            a.heads(),
            a.qkNope(),
            a.qkRope(),
            a.value(),
            a.kvLoraRank(),
            a.hasQueryRank() ? a.qLoraRank() : "none"),
        line("indexer     %s", indexer()),
        line(
            "experts     %d of %d in %d of %d groups, %d shared, width %d",
            f.expertsPerToken(),
            f.routedExperts(),
            f.topGroups(),
            f.groups(),
            f.sharedExperts(),
            f.expertIntermediate()),
        line("positions   %s, %s", Units.count(config.maxPositions()), rope()),
        line("quantized   %s", quantized));
  }

  private String indexer() {
    if (!config.hasIndexer()) {
      return "none: every query attends to all earlier tokens";
    }
    ModelConfig.Indexer i = config.indexer();
    String layout = i.interleavedRope() ? "interleaved" : "half-split";
    int layers = config.indexLayers();
    return "%d heads of %d, keeps %s tokens, %s RoPE"
            .formatted(i.heads(), i.dim(), i.topK(), layout)
        + (layers == config.layers() ? "" : ", in %d layers, which others share".formatted(layers));
  }

  private String rope() {
    String theta = "RoPE base " + Units.count(Math.round(config.rope().theta()));
    return config
        .rope()
        .yarn()
        .map(y -> theta + ", YaRN %s from %d".formatted(y.factor(), y.originalPositions()))
        .orElse(theta);
  }

  /** Those of some lengths, in units of 1024 tokens, that the model can read; the first always. */
  private int[] within(int[] lengths) {
    return Arrays.stream(lengths)
        .filter(k -> k == lengths[0] || k * 1024 <= config.maxPositions())
        .toArray();
  }

  List<String> perToken() {
    return new TextTable()
        .row("projections", Units.decimal(cost.projections()))
        .row("indexer", Units.decimal(cost.indexProjections()))
        .row("experts", Units.decimal(cost.experts()))
        .row("head, where asked", Units.decimal(cost.head()))
        .row("all of them", Units.fixed(cost.perTokenWithHead() / 1e9, 2) + " G")
        .lines(INDENT);
  }

  List<String> byPosition() {
    int topK = config.indexer().topK();
    TextTable table =
        new TextTable().row("position", "indexer", "attention", "sparse", "dense", "saved");
    for (int k : within(LENGTHS)) {
      int length = k * 1024;
      boolean selects = length > topK;
      table.row(
          k + "K",
          selects ? Units.decimal(cost.indexer(length)) : "-",
          Units.decimal(selects ? cost.absorbed(topK) : cost.denseAt(length)),
          Units.decimal(cost.sparseAt(length)),
          Units.decimal(cost.denseAt(length)),
          Units.times(cost.denseAt(length) / cost.sparseAt(length)));
    }
    return table.lines(INDENT);
  }

  List<String> byDocument() {
    TextTable table = new TextTable().row("tokens", "sparse", "dense", "saved");
    for (int k : within(LENGTHS)) {
      int length = k * 1024;
      double fixed = (double) cost.perToken() * length;
      double sparse = fixed + (double) cost.indexProjections() * length + cost.sparseSum(length);
      double dense = fixed + cost.denseSum(length);
      table.row(k + "K", Units.decimal(sparse), Units.decimal(dense), Units.times(dense / sparse));
    }
    return table.lines(INDENT);
  }

  private static String line(String format, Object... values) {
    return INDENT + String.format(Locale.ROOT, format, values);
  }
}
