package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.longread.kernels.ops.PanelArrays;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.WeightMatrix;

class TestCheckpointLoader {
  private static final String KV_B = "model.layers.0.self_attn.kv_b_proj.weight";

  @TempDir Path folder;

  static List<Path> folders() {
    return Stream.concat(
            GoldenFiles.models().stream().map(GoldenFiles::model),
            Stream.of(GoldenFiles.demoModel()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyWeightEqualsAPlainReading(Path model) throws IOException {
    PlainReading plain = new PlainReading(model);
    Checkpoint checkpoint = CheckpointLoader.load(model);
    ModelWeights weights = checkpoint.weights();
    ModelConfig config = checkpoint.config();
    assertThat(weights.layers()).hasSize(config.layers());
    float[] row = new float[config.hiddenSize()];
    for (int token = 0; token < config.vocabSize(); token++) {
      weights.embedding().copyRow(token, row, 0);
      for (int c = 0; c < row.length; c++) {
        assertThat(row[c]).isEqualTo(plain.at("model.embed_tokens.weight", token, c));
      }
    }
    assertThat(weights.finalNorm()).isEqualTo(plain.vector("model.norm.weight"));
    assertSame(plain, "lm_head.weight", weights.head());
    for (int n = 0; n < config.layers(); n++) {
      String layer = "model.layers." + n + ".";
      assertAttention(plain, layer + "self_attn.", weights.layers().get(n).attention(), config);
      assertLayer(plain, layer, weights.layers().get(n));
    }
  }

  private static void assertLayer(PlainReading plain, String layer, ModelWeights.Layer weights) {
    assertThat(weights.inputNorm()).isEqualTo(plain.vector(layer + "input_layernorm.weight"));
    assertThat(weights.postAttentionNorm())
        .isEqualTo(plain.vector(layer + "post_attention_layernorm.weight"));
    String indexer = layer + "self_attn.indexer.";
    assertSame(plain, indexer + "wq_b.weight", weights.indexer().orElseThrow().queryUp());
    assertSame(plain, indexer + "wk.weight", weights.indexer().orElseThrow().key());
    assertSame(
        plain, indexer + "weights_proj.weight", weights.indexer().orElseThrow().headWeights());
    assertThat(weights.indexer().orElseThrow().keyNorm())
        .isEqualTo(plain.vector(indexer + "k_norm.weight"));
    assertThat(weights.indexer().orElseThrow().keyNormBias())
        .isEqualTo(plain.vector(indexer + "k_norm.bias"));
    if (weights.feedForward() instanceof ModelWeights.Mlp mlp) {
      assertMlp(plain, layer + "mlp.", mlp);
    } else if (weights.feedForward() instanceof ModelWeights.Experts experts) {
      assertSame(plain, layer + "mlp.gate.weight", experts.router());
      assertThat(experts.choiceBias())
          .isEqualTo(plain.vector(layer + "mlp.gate.e_score_correction_bias"));
      assertMlp(plain, layer + "mlp.shared_experts.", experts.shared().orElseThrow());
      for (int e = 0; e < experts.routed().size(); e++) {
        assertMlp(plain, layer + "mlp.experts." + e + ".", experts.routed().get(e));
      }
    }
  }

  private static void assertMlp(PlainReading plain, String prefix, ModelWeights.Mlp mlp) {
    assertSame(plain, prefix + "gate_proj.weight", mlp.gate());
    assertSame(plain, prefix + "up_proj.weight", mlp.up());
    assertSame(plain, prefix + "down_proj.weight", mlp.down());
  }

  private static void assertAttention(
      PlainReading plain, String prefix, ModelWeights.Attention weights, ModelConfig config) {
    assertSame(plain, prefix + "q_a_proj.weight", weights.queryDown().orElseThrow().weight());
    assertSame(plain, prefix + "q_b_proj.weight", weights.queryUp());
    assertSame(plain, prefix + "kv_a_proj_with_mqa.weight", weights.keyValueDown());
    assertSame(plain, prefix + "o_proj.weight", weights.output());
    assertThat(weights.queryDown().orElseThrow().norm())
        .isEqualTo(plain.vector(prefix + "q_a_layernorm.weight"));
    assertThat(weights.keyValueNorm()).isEqualTo(plain.vector(prefix + "kv_a_layernorm.weight"));
    ModelConfig.Attention widths = config.attention();
    assertThat(weights.keyUp()).hasSize(widths.heads());
    assertThat(weights.valueUp()).hasSize(widths.heads());
    for (int h = 0; h < widths.heads(); h++) {
      WeightMatrix keyUp = weights.keyUp().get(h);
      WeightMatrix valueUp = weights.valueUp().get(h);
      int first = h * (widths.qkNope() + widths.value());
      assertThat(List.of(keyUp.rows(), keyUp.cols()))
          .containsExactly(widths.kvLoraRank(), widths.qkNope());
      assertThat(List.of(valueUp.rows(), valueUp.cols()))
          .containsExactly(widths.value(), widths.kvLoraRank());
      for (int c = 0; c < widths.kvLoraRank(); c++) {
        for (int d = 0; d < widths.qkNope(); d++) {
          float expected = plain.at(prefix + "kv_b_proj.weight", first + d, c);
          assertThat(keyUp.at(c, d)).isEqualTo(expected);
        }
        for (int d = 0; d < widths.value(); d++) {
          float expected = plain.at(prefix + "kv_b_proj.weight", first + widths.qkNope() + d, c);
          assertThat(valueUp.at(d, c)).isEqualTo(expected);
        }
      }
    }
  }

  private static void assertSame(PlainReading plain, String name, WeightMatrix matrix) {
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < matrix.cols(); c++) {
        if (matrix.at(r, c) != plain.at(name, r, c)) {
          assertThat(matrix.at(r, c)).as("%s[%d, %d]", name, r, c).isEqualTo(plain.at(name, r, c));
        }
      }
    }
  }

  @Test
  void weightsKeepTheirStoredPrecision() {
    ModelWeights fp8 = CheckpointLoader.load(GoldenFiles.model("m3-fp8-sparse")).weights();
    ModelWeights.Attention attention = fp8.layers().get(0).attention();
    assertThat(attention.queryUp().precision()).isEqualTo(Precision.FP8_E4M3);
    assertThat(attention.keyUp().get(1).precision()).isEqualTo(Precision.FP8_E4M3);
    assertThat(fp8.layers().get(0).indexer().orElseThrow().headWeights().precision())
        .isEqualTo(Precision.BF16);
    assertThat(fp8.embedding().precision()).isEqualTo(Precision.BF16);
  }

  @ParameterizedTest
  @CsvSource({"pow2", "float"})
  void blockScalesGiveTheReferenceDequantisation(String kind) {
    SafetensorsFile quant = SafetensorsFile.open(GoldenFiles.kernels("quant.safetensors"));
    TensorBytes weight = quant.data("block." + kind + ".weight");
    float[] expected = quant.floats("block." + kind + ".dequant");
    BlockScales scales =
        new BlockScales(
            quant.floats("block." + kind + ".weight_scale_inv"),
            new ModelConfig.BlockQuantization(128, 128),
            2);
    int rows = 130;
    int cols = 150;
    for (int first : new int[] {0, 1, 127, 128, 129}) {
      int count = rows - first;
      WeightMatrix straight =
          WeightMatrix.pack(
              count,
              cols,
              Precision.FP8_E4M3,
              (row, n) -> weight.rows(first + row, n),
              scales.ofRows(first, cols));
      WeightMatrix transposed =
          WeightMatrix.packTransposed(
              cols,
              count,
              Precision.FP8_E4M3,
              weight.rows(first, count),
              scales.ofTransposedRows(first, count),
              PanelArrays.NEW);
      for (int r = 0; r < count; r++) {
        for (int c = 0; c < cols; c++) {
          assertThat(straight.at(r, c)).isEqualTo(expected[(first + r) * cols + c]);
          assertThat(transposed.at(c, r)).isEqualTo(expected[(first + r) * cols + c]);
        }
      }
    }
  }

  @Test
  void loadsHalfPrecisionWeights() {
    EditedModel model = new EditedModel("m4-bf16-indexer-interleaved");
    model.tensors.replaceAll(
        (name, t) ->
            new EditedModel.Tensor(
                DType.F16, t.shape(), new byte[t.bytes().length * 2 / t.dtype().bytes()]));
    model.put(KV_B, 37, 0x3555);
    ModelWeights weights = CheckpointLoader.load(model.write(folder)).weights();
    assertThat(weights.layers().get(0).attention().keyUp().get(0).precision())
        .isEqualTo(Precision.F16);
    assertThat(weights.layers().get(0).attention().keyUp().get(0).at(1, 1)).isEqualTo(0x1.554p-2f);
  }

  @Test
  void aTiedHeadIsTheEmbeddingTable() {
    EditedModel model = new EditedModel("m4-bf16-indexer-interleaved");
    model.config.put("tie_word_embeddings", true);
    model.tensors.remove("lm_head.weight");
    ModelWeights weights = CheckpointLoader.load(model.write(folder)).weights();
    float[] row = new float[64];
    weights.embedding().copyRow(96, row, 0);
    assertThat(weights.head().at(96, 63)).isEqualTo(row[63]);
  }

  @ParameterizedTest
  @CsvSource({
    // model, tensor, element, bits, place and value in the message
    "m4-bf16-indexer-interleaved, model.layers.1.mlp.up_proj.weight, 130, 7FC0, '[2, 2] is NaN'",
    "m4-bf16-indexer-interleaved, model.embed_tokens.weight, 65, FF80, '[1, 1] is -Infinity'",
    "m4-bf16-indexer-interleaved, model.norm.weight, 5, 7F80, '[5] is Infinity'",
    "m4-bf16-indexer-interleaved, model.layers.0.self_attn.kv_b_proj.weight, 2629, 7FC0, '[73, 1] is NaN'",
    "m1-bf16-sparse, model.layers.0.self_attn.indexer.k_norm.bias, 31, 7FC00000, '[31] is NaN'",
    "m1-bf16-sparse, model.layers.2.mlp.gate.e_score_correction_bias, 0, FF800000, '[0] is -Infinity'",
    "m3-fp8-sparse, model.layers.0.self_attn.o_proj.weight, 300, 7F, '[2, 44] is NaN'",
    "m3-fp8-sparse, model.layers.1.self_attn.kv_b_proj.weight, 129, FF, '[1, 1] is NaN'",
    "m3-fp8-sparse, model.layers.1.self_attn.kv_b_proj.weight_scale_inv, 1, 7FC00000, '[1, 0] is NaN'",
    "m5-fp8-float-scales, model.layers.0.mlp.down_proj.weight_scale_inv, 3, 0, '[1, 1] is 0.0'",
    "m5-fp8-float-scales, model.layers.0.mlp.down_proj.weight_scale_inv, 2, BF800000, '[1, 0] is -1.0'",
    "m5-fp8-float-scales, model.layers.0.mlp.down_proj.weight_scale_inv, 1, 7F000000, '[0, 1] is 1.7014118E38'",
  })
  void namesAWeightThatIsNoNumber(
      String golden, String tensor, int index, String bits, String message) {
    EditedModel model = new EditedModel(golden);
    model.put(tensor, index, Long.parseLong(bits, 16)).write(folder);
    String expected = "tensor " + tensor + ": value at " + message + " (expected";
    assertThatThrownBy(() -> CheckpointLoader.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read " + folder.resolve("model.safetensors") + ": ")
        .hasMessageContaining(expected);
    assertThatThrownBy(() -> CheckpointInventory.check(folder).verifyValues())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void loadingAllocatesAboutTheSizeOfTheWeights() {
    Path demo = GoldenFiles.demoModel();
    CheckpointLoader.load(demo);
    CheckpointInventory inventory = CheckpointInventory.check(demo);
    long weights =
        inventory.totals().stream().mapToLong(CheckpointInventory.GroupTotal::bytes).sum();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Checkpoint checkpoint = CheckpointLoader.load(inventory);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(checkpoint.weights().layers()).isNotEmpty();
    assertThat(allocated)
        .as("bytes allocated for %d bytes of weights", weights)
        .isLessThan(weights + weights / 4);
  }
}
