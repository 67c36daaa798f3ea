package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.longread.kernels.checkpoint.ModelConfig.Attention;
import org.longread.kernels.checkpoint.ModelConfig.BlockQuantization;
import org.longread.kernels.checkpoint.ModelConfig.FeedForward;
import org.longread.kernels.checkpoint.ModelConfig.Indexer;
import org.longread.kernels.checkpoint.ModelConfig.Routing;

/**
 * Reads {@code config.json}, with token ids from {@code generation_config.json} where there is one.
 *
 * <p>Every key is required except these, which may be absent or null:
 *
 * <pre>
 * rms_norm_eps 1e-6       rope_theta 10000         rope_scaling none      quantization_config none
 * n_group 1               topk_group 1             n_shared_experts 0     tie_word_embeddings false
 * num_key_value_heads = num_attention_heads        bos_token_id -1 (none) eos_token_id none
 * norm_topk_prob true; false of deepseek_v2        indexer_rope_interleave false; true of glm_moe_dsa
 * q_lora_rank none, of deepseek_v2 and deepseek_v3; the index_ keys, of models without an indexer
 * scoring_func, topk_method, hidden_act, attention_bias, moe_layer_freq, rope_interleave: as supported
 * </pre>
 *
 * <p>What this engine does not compute is refused, never ignored; keys it does not know are
 * ignored.
 */
public final class ModelConfigReader {
  /** The file's name in a model folder. */
  static final String FILE = "config.json";

  private static final String GENERATION_FILE = "generation_config.json";

  // Far above any model, and low enough that products of three sizes fit a long.
  private static final int WIDEST = 1 << 20;
  private static final int MOST_EXPERTS = 4096;
  private static final int MOST_TOKENS = 1 << 30;

  private final Problems problems = new Problems();
  private final ConfigFields config;
  private final Optional<ConfigFields> generation;
  private final ModelVariant variant;

  private ModelConfigReader(Path configFile) {
    this.config = new ConfigFields(StrictJson.readObject(configFile), "", problems);
    Path file = configFile.resolveSibling(GENERATION_FILE);
    this.generation =
        Files.exists(file)
            ? Optional.of(
                new ConfigFields(StrictJson.readObject(file), GENERATION_FILE + " ", problems))
            : Optional.empty();
    this.variant = readVariant();
  }

  /** A configuration, and whether the head is the embedding table where no head is stored. */
  record Parsed(ModelConfig config, boolean tiedHead) {}

  /**
   * The configuration of a model folder.
   *
   * @throws CheckpointException listing every missing, invalid and unsupported value
   */
  public static ModelConfig read(Path folder) {
    return parse(folder).config();
  }

  /**
   * The rotary embedding that one object's {@code rope_theta} and {@code rope_scaling} say.
   *
   * @param from where the object stands, named in errors
   * @throws CheckpointException listing every invalid and unsupported value
   */
  public static ModelConfig.Rope readRope(JsonNode object, String from) {
    Problems problems = new Problems();
    ModelConfig.Rope rope = RopeReader.read(new ConfigFields(object, "", problems));
    problems.throwIfAny("Cannot read " + from);
    return rope;
  }

  /**
   * The configuration that a file of any name holds.
   *
   * @throws CheckpointException listing every missing, invalid and unsupported value
   */
  public static ModelConfig readFile(Path file) {
    return parseFile(file).config();
  }

  static Parsed parse(Path folder) {
    return parseFile(folder.resolve(FILE));
  }

  private static Parsed parseFile(Path file) {
    ModelConfigReader reader = new ModelConfigReader(file);
    reader.variant.refuseUnsupported(reader.config);
    ModelConfig config = reader.readConfig();
    boolean tied = reader.config.flag("tie_word_embeddings", false);
    reader.problems.throwIfAny("Cannot read " + file);
    reader.checkTogether(config);
    reader.problems.throwIfAny("Cannot read " + file);
    return new Parsed(config, tied);
  }

  /** The variant; the one that has every key where the type is wrong, to list problems of all. */
  private ModelVariant readVariant() {
    String type = config.node("model_type").map(JsonNode::asText).orElse("missing");
    Optional<ModelVariant> found = ModelVariant.of(type);
    if (found.isEmpty()) {
      config.invalid("model_type", type, "expected one of " + ModelVariant.supported());
    }
    return found.orElse(ModelVariant.DEEPSEEK_V32);
  }

  private ModelConfig readConfig() {
    return new ModelConfig(
        variant,
        width("hidden_size"),
        LayerKindReader.read(config, variant),
        width("vocab_size"),
        config.integer("max_position_embeddings", 1, MOST_TOKENS),
        readAttention(),
        readIndexer(),
        readFeedForward(),
        RopeReader.read(config),
        config.positiveFloat("rms_norm_eps", 1e-6f),
        config.child("quantization_config").map(ModelConfigReader::readQuantization),
        readBos(),
        readEos());
  }

  private int width(String key) {
    return config.integer(key, 1, WIDEST);
  }

  private Attention readAttention() {
    return new Attention(
        width("num_attention_heads"),
        variant.mayLackQueryRank()
            ? config.integer("q_lora_rank", 1, WIDEST, 0)
            : width("q_lora_rank"),
        width("kv_lora_rank"),
        width("qk_nope_head_dim"),
        width("qk_rope_head_dim"),
        width("v_head_dim"),
        config.flag("rope_interleave", true));
  }

  private Indexer readIndexer() {
    if (!variant.hasIndexer()) {
      return Indexer.NONE;
    }
    return new Indexer(
        width("index_n_heads"),
        width("index_head_dim"),
        config.integer("index_topk", 1, MOST_TOKENS),
        config.flag("indexer_rope_interleave", variant.rotatesIndexInterleaved()));
  }

  private FeedForward readFeedForward() {
    boolean grouped = isGrouped();
    return new FeedForward(
        width("intermediate_size"),
        width("moe_intermediate_size"),
        config.integer("n_routed_experts", 1, MOST_EXPERTS),
        config.integer("num_experts_per_tok", 1, MOST_EXPERTS),
        config.integer("n_shared_experts", 0, MOST_EXPERTS, 0),
        grouped ? config.integer("n_group", 1, MOST_EXPERTS, 1) : 1,
        grouped ? config.integer("topk_group", 1, MOST_EXPERTS, 1) : 1,
        config.flag("norm_topk_prob", variant.normalizesWeights()),
        config.positiveFloat("routed_scaling_factor"),
        variant.routing());
  }

  /** Whether experts are chosen within groups; greedily, groups do not matter. */
  private boolean isGrouped() {
    if (variant.routing() == Routing.SIGMOID) {
      return true;
    }
    String method = config.node("topk_method").map(JsonNode::asText).orElse("greedy");
    if (!method.equals("greedy") && !method.equals("group_limited_greedy")) {
      config.invalid("topk_method", method, "expected \"greedy\" or \"group_limited_greedy\"");
    }
    return method.equals("group_limited_greedy");
  }

  private static BlockQuantization readQuantization(ConfigFields quantization) {
    if (!quantization.has("quant_method")) {
      quantization.invalid("quant_method", "missing", "expected \"fp8\"");
    }
    quantization.only("quant_method", TextNode.valueOf("fp8"));
    quantization.only("fmt", TextNode.valueOf("e4m3"));
    List<Integer> block = quantization.integers("weight_block_size", 1, WIDEST);
    if (block.size() != 2) {
      quantization.invalid("weight_block_size", block, "expected [rows, columns] of a block");
      return new BlockQuantization(1, 1);
    }
    return new BlockQuantization(block.get(0), block.get(1));
  }

  private int readBos() {
    int own = config.integer("bos_token_id", 0, WIDEST, -1);
    int other = generation.map(g -> g.integer("bos_token_id", 0, WIDEST, -1)).orElse(-1);
    return own >= 0 ? own : other;
  }

  private List<Integer> readEos() {
    Set<Integer> ids = new LinkedHashSet<>(config.integers("eos_token_id", 0, WIDEST));
    generation.ifPresent(g -> ids.addAll(g.integers("eos_token_id", 0, WIDEST)));
    return List.copyOf(ids);
  }

  private void checkTogether(ModelConfig model) {
    Attention attention = model.attention();
    if (attention.qkRope() % 2 != 0) {
      config.invalid("qk_rope_head_dim", attention.qkRope(), "expected an even number");
    }
    if (model.hasIndexer() && attention.qkRope() > model.indexer().dim()) {
      config.invalid(
          "index_head_dim",
          model.indexer().dim(),
          "expected at least qk_rope_head_dim, " + attention.qkRope());
    }
    checkToken("bos_token_id", model.bosTokenId(), model.vocabSize());
    model.eosTokenIds().forEach(id -> checkToken("eos_token_id", id, model.vocabSize()));
    config.only("num_key_value_heads", IntNode.valueOf(attention.heads()));
    checkExperts(model.feedForward());
    int heads = attention.heads();
    checkProduct(
        "qk_nope_head_dim + qk_rope_head_dim", heads, attention.qkNope() + attention.qkRope());
    checkProduct("qk_nope_head_dim + v_head_dim", heads, attention.qkNope() + attention.value());
    checkProduct("index_head_dim", model.indexer().heads(), model.indexer().dim());
  }

  private void checkToken(String key, int id, int vocabulary) {
    if (id >= vocabulary) {
      config.invalid(key, id, "expected less than vocab_size, " + vocabulary);
    }
  }

  private void checkProduct(String key, int heads, int width) {
    if ((long) heads * width > Integer.MAX_VALUE) {
      config.invalid(key, width, "expected fewer than 2^31 in all, of " + heads);
    }
  }

  private void checkExperts(FeedForward moe) {
    int perGroup = moe.routedExperts() / moe.groups();
    int least = moe.routing() == Routing.SIGMOID ? 2 : 1;
    if (moe.routedExperts() % moe.groups() != 0 || (moe.groups() > 1 && perGroup < least)) {
      config.invalid(
          "n_group",
          moe.groups(),
          "expected a divisor of n_routed_experts, "
              + moe.routedExperts()
              + ", that leaves "
              + least
              + " or more in a group");
    }
    checkProduct("moe_intermediate_size", moe.sharedExperts(), moe.expertIntermediate());
    if (moe.topGroups() > moe.groups()) {
      config.invalid("topk_group", moe.topGroups(), "expected at most n_group, " + moe.groups());
    }
    long eligible = (long) perGroup * moe.topGroups();
    if (moe.expertsPerToken() > eligible) {
      config.invalid(
          "num_experts_per_tok",
          moe.expertsPerToken(),
          "expected at most " + eligible + ", the experts of topk_group groups");
    }
  }
}
