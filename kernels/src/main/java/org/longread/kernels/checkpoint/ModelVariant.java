package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.longread.kernels.checkpoint.ModelConfig.Routing;

/**
 * The members of the family: what {@code model_type} says beyond dimensions. All else follows from
 * these properties and the dimensions, so a new member is a constant here, and a method where it
 * differs in a way that no member did before.
 *
 * <p>Semantics: Hugging Face transformers, {@code models/deepseek_v2}, {@code deepseek_v3}, {@code
 * deepseek_v32} and {@code glm_moe_dsa} of release 5.23; where a published model's own code or vLLM
 * differ from it and no published configuration decides, the value is refused.
 */
public enum ModelVariant {
  /** MLA without indexer, query rank optional; experts by softmax, groups by their best expert. */
  DEEPSEEK_V2("deepseek_v2", Selecting.NEVER, Routing.SOFTMAX),
  /** MLA without indexer; experts by sigmoid and bias, groups by their two best experts. */
  DEEPSEEK_V3("deepseek_v3", Selecting.NEVER, Routing.SIGMOID),
  /** DeepSeek V3 with a lightning indexer, rotated half-split. */
  DEEPSEEK_V32("deepseek_v32", Selecting.HALF_SPLIT, Routing.SIGMOID),
  /** DeepSeek V3.2 with an indexer rotated interleaved, whose selections layers may share. */
  GLM_MOE_DSA("glm_moe_dsa", Selecting.INTERLEAVED, Routing.SIGMOID);

  private enum Selecting {
    NEVER,
    HALF_SPLIT,
    INTERLEAVED
  }

  private final String modelType;
  private final Selecting selecting;
  private final Routing routing;

  ModelVariant(String modelType, Selecting selecting, Routing routing) {
    this.modelType = modelType;
    this.selecting = selecting;
    this.routing = routing;
  }

  /** The variant of a {@code model_type}, if it is one of the family. */
  public static Optional<ModelVariant> of(String modelType) {
    return Arrays.stream(values()).filter(v -> v.modelType.equals(modelType)).findFirst();
  }

  /** Every {@code model_type}, in words. */
  static String supported() {
    return Arrays.stream(values()).map(ModelVariant::modelType).collect(Collectors.joining(", "));
  }

  /** What {@code config.json} calls it. */
  public String modelType() {
    return modelType;
  }

  /** Whether it has a lightning indexer; without one, attention is to every earlier token. */
  public boolean hasIndexer() {
    return selecting != Selecting.NEVER;
  }

  /** Whether index queries and keys rotate interleaved where the configuration does not say. */
  boolean rotatesIndexInterleaved() {
    return selecting == Selecting.INTERLEAVED;
  }

  /** Whether queries may be projected at once, {@code q_lora_rank} null. */
  boolean mayLackQueryRank() {
    return !hasIndexer();
  }

  /** How experts are chosen. */
  Routing routing() {
    return routing;
  }

  /** {@code norm_topk_prob} where the configuration does not say. */
  boolean normalizesWeights() {
    return routing == Routing.SIGMOID;
  }

  /** Refuses values under which this variant would compute something else. */
  void refuseUnsupported(ConfigFields config) {
    config.only("hidden_act", TextNode.valueOf("silu"));
    config.only("attention_bias", BooleanNode.FALSE);
    config.only("mlp_bias", BooleanNode.FALSE);
    config.only(
        "scoring_func", TextNode.valueOf(routing == Routing.SIGMOID ? "sigmoid" : "softmax"));
    if (routing == Routing.SIGMOID) {
      config.only("topk_method", TextNode.valueOf("noaux_tc"));
    } else {
      // Published code, transformers and vLLM each scale normalised weights in a way of their own.
      config.only("norm_topk_prob", BooleanNode.FALSE);
    }
    if (this != DEEPSEEK_V3) {
      config.only("rope_interleave", BooleanNode.TRUE);
    }
    if (hasIndexer()) {
      config.only("moe_layer_freq", IntNode.valueOf(1));
    }
  }
}
