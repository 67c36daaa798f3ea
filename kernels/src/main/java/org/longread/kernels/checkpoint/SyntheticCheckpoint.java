package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.longread.kernels.checkpoint.ExpectedTensors.Expected;

/**
 * Writes a checkpoint of any size as DeepSeek publishes its own: FP8 with block scales and BF16, in
 * shards with an index. Its weights are random, always the same, and keep activations in their
 * size; it is good for measuring and for nothing else.
 */
public final class SyntheticCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BLOCK = 128;
  private static final int SEED = 7;

  /** Codes of 0.125 to 1.875 and their negatives. */
  private static final long E4M3_RANDOM = 0x9F9F_9F9F_9F9F_9F9FL;

  private static final long E4M3_FIXED = 0x2020_2020_2020_2020L;

  /** Sign, mantissa and the exponent's two lowest bits. */
  private static final long BF16_RANDOM = 0x81FF_81FF_81FF_81FFL;

  private static final long EVERY_SHORT = 0x0001_0001_0001_0001L;
  private static final int BF16_ONE = 0x3F80;

  private final Path folder;
  private final ModelConfig config;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private SyntheticCheckpoint(Path folder) {
    this.folder = folder;
    this.config = ModelConfigReader.parse(folder).config();
  }

  /** A tensor as it will lie in a shard. */
  private record Stored(String name, DType type, List<Long> shape) {
    long bytes() {
      return shape.stream().reduce(1L, Math::multiplyExact) * type.bytes();
    }
  }

  /**
   * Writes about {@code bytes} in layers of 64 experts.
   *
   * @param changes numbers of the configuration that should be others
   * @return the folder
   * @throws UncheckedIOException if it cannot be written
   */
  public static Path ofSize(Path folder, long bytes, Map<String, Integer> changes) {
    try {
      ModelConfig one = configure(folder, changes);
      WeightSizes sizes = WeightSizes.published(one);
      int last = one.layers() - 1;
      long layer =
          sizes.layer(last).stored()
              + one.feedForward().routedExperts() * sizes.expert(last).stored();
      long missing = Math.max(0, bytes - sizes.all().stored());
      int layers = one.layers() + Math.toIntExact((missing + layer - 1) / layer);
      ObjectNode config = config(changes);
      config.put("num_hidden_layers", layers);
      Files.writeString(folder.resolve(ModelConfigReader.FILE), config.toPrettyString());
      return new SyntheticCheckpoint(folder).write(1L << 30);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write checkpoint " + folder + ": " + e, e);
    }
  }

  /**
   * Writes a checkpoint of a shape.
   *
   * @param changes numbers of the configuration that should be others
   * @param shardBytes about which a shard takes
   * @return the folder
   * @throws UncheckedIOException if it cannot be written
   */
  public static Path write(Path folder, Map<String, Integer> changes, long shardBytes) {
    try {
      ModelConfig unused = configure(folder, changes);
      return new SyntheticCheckpoint(folder).write(shardBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write checkpoint " + folder + ": " + e, e);
    }
  }

  private static ModelConfig configure(Path folder, Map<String, Integer> changes)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(ModelConfigReader.FILE), config(changes).toPrettyString());
    return ModelConfigReader.parse(folder).config();
  }

  private static ObjectNode config(Map<String, Integer> changes) {
    ObjectNode config = JSON.createObjectNode();
    config.put("model_type", "deepseek_v32").put("hidden_size", 2048);
    config.put("num_hidden_layers", 2).put("first_k_dense_replace", 1);
    config.put("vocab_size", 32768).put("max_position_embeddings", 65536);
    config.put("num_attention_heads", 16).put("num_key_value_heads", 16);
    config.put("q_lora_rank", 768).put("kv_lora_rank", 512);
    config.put("qk_nope_head_dim", 128).put("qk_rope_head_dim", 64).put("v_head_dim", 128);
    config.put("index_n_heads", 16).put("index_head_dim", 128).put("index_topk", 1024);
    config.put("intermediate_size", 6144).put("moe_intermediate_size", 1024);
    config.put("n_routed_experts", 64).put("num_experts_per_tok", 4).put("n_shared_experts", 1);
    config.put("n_group", 8).put("topk_group", 4).put("moe_layer_freq", 1);
    config.put("scoring_func", "sigmoid").put("topk_method", "noaux_tc");
    config.put("norm_topk_prob", true).put("routed_scaling_factor", 2.5);
    config.put("rms_norm_eps", 1e-6).put("rope_theta", 10000).put("hidden_act", "silu");
    config.put("tie_word_embeddings", false).put("attention_bias", false);
    config.put("bos_token_id", 0).put("eos_token_id", 1);
    ObjectNode quantization = config.putObject("quantization_config");
    quantization.put("quant_method", "fp8").put("fmt", "e4m3").put("activation_scheme", "dynamic");
    quantization.putArray("weight_block_size").add(BLOCK).add(BLOCK);
    changes.forEach(config::put);
    return config;
  }

  private Path write(long shardBytes) throws IOException {
    List<List<Stored>> shards = shards(shardBytes);
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    for (int n = 0; n < shards.size(); n++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(n + 1, shards.size());
      shards.get(n).forEach(tensor -> map.put(tensor.name(), name));
      writeShard(folder.resolve(name), shards.get(n));
    }
    Files.writeString(folder.resolve(ModelFiles.INDEX), index.toString());
    return folder;
  }

  private List<List<Stored>> shards(long shardBytes) {
    PublishedTypes types = new PublishedTypes(config);
    List<List<Stored>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long[] filled = {0};
    ExpectedTensors.forEach(
        config,
        tensor -> {
          for (Stored stored : stored(tensor, types.of(tensor))) {
            if (filled[0] > 0 && filled[0] + stored.bytes() > shardBytes) {
              shards.add(new ArrayList<>());
              filled[0] = 0;
            }
            shards.get(shards.size() - 1).add(stored);
            filled[0] += stored.bytes();
          }
        });
    return shards;
  }

  private static List<Stored> stored(Expected tensor, DType type) {
    Stored weight = new Stored(tensor.name(), type, tensor.shape());
    if (type != DType.F8_E4M3) {
      return List.of(weight);
    }
    List<Long> blocks = tensor.shape().stream().map(n -> (n + BLOCK - 1) / BLOCK).toList();
    return List.of(weight, new Stored(tensor.name() + TensorNames.SCALE_SUFFIX, DType.F32, blocks));
  }

  private void writeShard(Path file, List<Stored> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long begin = 0;
    for (Stored tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.withArray("shape")::add);
      entry.withArray("data_offsets").add(begin).add(begin + tensor.bytes());
      begin += tensor.bytes();
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(length.putLong(json.length).array());
      out.write(json);
      for (Stored tensor : tensors) {
        writeValues(out, tensor);
      }
    }
  }

  private void writeValues(OutputStream out, Stored tensor) throws IOException {
    int last = tensor.shape().size() - 1;
    long rows = last == 0 ? 1 : tensor.shape().get(0);
    int cols = Math.toIntExact(tensor.shape().get(last));
    int bytes = cols * tensor.type().bytes();
    byte[] row = new byte[(bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
    ByteBuffer values = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    for (long r = 0; r < rows; r++) {
      values.clear();
      switch (tensor.type()) {
        case F8_E4M3 -> fill(values, E4M3_RANDOM, E4M3_FIXED);
        case BF16 -> fill(values, last == 0 ? 0 : BF16_RANDOM, EVERY_SHORT * bf16(tensor, last));
        default -> fillFloats(values, tensor);
      }
      out.write(row, 0, bytes);
    }
  }

  private void fill(ByteBuffer values, long varying, long fixed) {
    while (values.hasRemaining()) {
      values.putLong((random.nextLong() & varying) | fixed);
    }
  }

  /** What does not vary: one for vectors, the exponent for the square root of the width else. */
  private static int bf16(Stored tensor, int last) {
    if (last == 0) {
      return tensor.name().endsWith(TensorNames.INDEX_KEY_NORM_BIAS) ? 0 : BF16_ONE;
    }
    boolean table = tensor.name().equals(TensorNames.EMBEDDING);
    double size = table ? 1 : 1 / Math.sqrt(tensor.shape().get(last));
    int exponent = Float.MAX_EXPONENT + Math.getExponent(size) - 2;
    return (exponent / 4 * 4) << 7;
  }

  /** Scales, that make products as large as what they multiply, or the router's bias. */
  private void fillFloats(ByteBuffer values, Stored tensor) {
    boolean scales = tensor.name().endsWith(TensorNames.SCALE_SUFFIX);
    double columns = tensor.shape().get(tensor.shape().size() - 1) * (double) BLOCK;
    float scale = (float) (1 / Math.sqrt(columns));
    while (values.hasRemaining()) {
      values.putFloat(scales ? scale : (float) (0.01 * random.nextDouble()));
    }
  }
}
