package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kinds of layers as {@code config.json} gives them.
 *
 * <pre>
 * mlp_layer_types       "dense" or "sparse" for each layer; without it
 *                       first_k_dense_replace, and of later layers each moe_layer_freq-th has experts
 * indexer_types         "full" or "shared" for each layer; without it
 * index_topk_pattern    F or S for each layer; without it
 * index_topk_freq (1)   layer n is full if max(n - index_skip_topk_offset (2) + 1, 0) is its multiple
 * </pre>
 */
final class LayerKindReader {
  private static final int MOST_LAYERS = 1024;

  private final ConfigFields config;
  private final int layers;

  private LayerKindReader(ConfigFields config) {
    this.config = config;
    this.layers = config.integer("num_hidden_layers", 1, MOST_LAYERS);
  }

  static List<LayerKind> read(ConfigFields config, ModelVariant variant) {
    LayerKindReader reader = new LayerKindReader(config);
    List<Boolean> dense = reader.dense();
    List<Boolean> shared = variant.hasIndexer() ? reader.shared() : List.of();
    List<LayerKind> kinds = new ArrayList<>();
    for (int n = 0; n < reader.layers; n++) {
      LayerKind.Selection selection = LayerKind.Selection.EVERYTHING;
      if (variant.hasIndexer()) {
        selection = shared.get(n) ? LayerKind.Selection.SHARED : LayerKind.Selection.OWN;
      }
      kinds.add(
          new LayerKind(
              dense.get(n) ? LayerKind.FeedForward.DENSE : LayerKind.FeedForward.EXPERTS,
              selection));
    }
    return kinds;
  }

  private List<Boolean> dense() {
    Optional<List<Boolean>> listed = words("mlp_layer_types", "dense", "sparse");
    if (listed.isPresent() && !config.has("first_k_dense_replace")) {
      return listed.get();
    }
    int first = config.integer("first_k_dense_replace", 0, MOST_LAYERS);
    int every = config.integer("moe_layer_freq", 1, MOST_LAYERS, 1);
    List<Boolean> scheduled = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      scheduled.add(n < first || n % every != 0);
    }
    return agreed("mlp_layer_types", listed, "first_k_dense_replace", scheduled);
  }

  private List<Boolean> shared() {
    int every = config.integer("index_topk_freq", 1, MOST_LAYERS, 1);
    int offset = config.integer("index_skip_topk_offset", 0, MOST_LAYERS, 2);
    List<Boolean> scheduled = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      scheduled.add(Math.max(n - offset + 1, 0) % every != 0);
    }
    Optional<List<Boolean>> pattern = pattern();
    Optional<List<Boolean>> listed = words("indexer_types", "shared", "full");
    List<Boolean> shared = listed.or(() -> pattern).orElse(scheduled);
    agreed("indexer_types", listed, "index_topk_pattern", pattern.orElse(shared));
    if (config.has("index_topk_freq")) {
      agreed("index_topk_freq", Optional.of(scheduled), "indexer_types", shared);
    }
    if (shared.get(0)) {
      config.invalid(
          listed.isPresent() ? "indexer_types" : "index_topk_pattern",
          "the first layer is shared",
          "expected a full one, whose selection others share");
    }
    return shared;
  }

  /** What is listed, which must be what another key says if that is there too. */
  private List<Boolean> agreed(
      String key, Optional<List<Boolean>> listed, String otherKey, List<Boolean> other) {
    if (listed.isPresent() && config.has(otherKey) && !listed.get().equals(other)) {
      config.invalid(key, config.node(key).orElseThrow(), "expected what " + otherKey + " says");
    }
    return listed.orElse(other);
  }

  private Optional<List<Boolean>> pattern() {
    Optional<JsonNode> node = config.node("index_topk_pattern");
    if (node.isEmpty() || node.get().isArray()) {
      return words("index_topk_pattern", "shared", "full");
    }
    String letters = node.get().asText();
    if (!letters.matches("[FS]{" + layers + "}")) {
      config.invalid("index_topk_pattern", node.get(), "expected F or S for each layer");
      return Optional.empty();
    }
    return Optional.of(letters.chars().mapToObj(letter -> letter == 'S').toList());
  }

  /** Whether each layer's word is {@code yes} rather than {@code no}, if the key is there. */
  private Optional<List<Boolean>> words(String key, String yes, String no) {
    Optional<JsonNode> node = config.node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    List<Boolean> words = new ArrayList<>();
    for (JsonNode word : node.get()) {
      if (word.asText().equals(yes) || word.asText().equals(no)) {
        words.add(word.asText().equals(yes));
      }
    }
    if (!node.get().isArray() || words.size() != layers || node.get().size() != layers) {
      String rule = "expected \"" + yes + "\" or \"" + no + "\" for each layer";
      config.invalid(key, node.get(), rule);
      return Optional.empty();
    }
    return Optional.of(words);
  }
}
