package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestModelConfigReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void readsEveryKeyOfAReferenceModel() {
    ModelConfig config = ModelConfigReader.read(GoldenFiles.model("m1-bf16-sparse"));
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                ModelVariant.DEEPSEEK_V32,
                80,
                LayerKind.denseFirst(3, 1, LayerKind.Selection.OWN),
                110,
                256,
                new ModelConfig.Attention(4, 48, 40, 24, 16, 20),
                new ModelConfig.Indexer(8, 32, 8, false),
                new ModelConfig.FeedForward(112, 36, 8, 3, 1, 4, 2, true, 2.5f),
                new ModelConfig.Rope(10000, Optional.of(new ModelConfig.Yarn(4, 64, 4, 1, 1, 1))),
                1e-6f,
                Optional.empty(),
                0,
                List.of(1)));
  }

  @Test
  void readsBlocksOfFp8AndTheIndexerLayout() {
    assertThat(ModelConfigReader.read(GoldenFiles.model("m3-fp8-sparse")).quantization())
        .contains(new ModelConfig.BlockQuantization(128, 128));
    ModelConfig interleaved =
        ModelConfigReader.read(GoldenFiles.model("m4-bf16-indexer-interleaved"));
    assertThat(interleaved.indexer().interleavedRope()).isTrue();
    assertThat(interleaved.rope()).isEqualTo(new ModelConfig.Rope(500, Optional.empty()));
  }

  @Test
  void softmaxScaleOfThePublishedModelIsThatOfItsReference() throws IOException {
    ModelConfig config =
        read(
            """
            {"qk_nope_head_dim":128,"qk_rope_head_dim":64,"index_head_dim":128,
             "rope_scaling":{"type":"yarn","factor":40,"original_max_position_embeddings":4096,
             "beta_fast":32,"beta_slow":1,"mscale":1.0,"mscale_all_dim":1.0}}""");
    assertThat(config.softmaxScale()).isCloseTo(0.1352337788608801, within(1e-15));
  }

  @Test
  void listsAllMissingAndInvalidKeysAtOnce() throws IOException {
    CheckpointException error =
        refused("{\"hidden_size\":null,\"vocab_size\":\"x\",\"index_topk\":0,\"v_head_dim\":2.5}");
    assertThat(error.getMessage()).startsWith("Cannot read " + folder.resolve("config.json"));
    assertThat(error.problems())
        .containsExactlyInAnyOrder(
            "Invalid hidden_size: null (expected an integer of 1..1048576)",
            "Invalid vocab_size: \"x\" (expected an integer of 1..1048576)",
            "Invalid index_topk: 0 (expected an integer of 1..1073741824)",
            "Invalid v_head_dim: 2.5 (expected an integer of 1..1048576)");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"deepseek_v32\"}");
    assertThatThrownBy(() -> ModelConfigReader.read(folder))
        .hasMessageContaining("config.json: 19 problems")
        .hasMessageContaining("Missing hidden_size (expected")
        .hasMessageContaining("Missing kv_lora_rank (expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "model_type|\"deepseek_v4\"",
        "scoring_func|\"softmax\"",
        "topk_method|\"greedy\"",
        "hidden_act|\"gelu\"",
        "attention_bias|true",
        "moe_layer_freq|2",
        "rope_interleave|false",
        "q_lora_rank|null",
        "num_key_value_heads|1",
        "n_group|3",
        "n_group|8",
        "topk_group|5",
        "num_experts_per_tok|5",
        "qk_rope_head_dim|15",
        "qk_rope_head_dim|34",
        "rms_norm_eps|0",
        "rms_norm_eps|\"1e-6\"",
        "rms_norm_eps|1e-60",
        "rms_norm_eps|1e999",
        "rope_theta|1",
        "routed_scaling_factor|-1",
        "hidden_size|-1",
        "hidden_size|4294967376",
        "num_hidden_layers|100000",
        "norm_topk_prob|1",
        "indexer_rope_interleave|\"yes\"",
        "tie_word_embeddings|0",
        "bos_token_id|110",
        "eos_token_id|[1,110]",
        "eos_token_id|-1",
        "rope_scaling|\"yarn\"",
        "rope_scaling|{}",
        "rope_scaling|{\"type\":\"linear\",\"factor\":2}",
        "rope_scaling|{\"type\":\"yarn\"}",
        "rope_parameters|{\"rope_type\":\"default\",\"rope_theta\":500}",
        "quantization_config|{\"quant_method\":\"gptq\"}",
        "quantization_config|{\"weight_block_size\":[128,128]}",
        "quantization_config|{\"quant_method\":\"fp8\",\"fmt\":\"e5m2\",\"weight_block_size\":[1,1]}",
        "quantization_config|{\"quant_method\":\"fp8\",\"weight_block_size\":[128]}",
        "quantization_config|{\"quant_method\":\"fp8\",\"weight_block_size\":[0,128]}",
        "quantization_config|{\"quant_method\":\"fp8\"}",
      })
  void refusesAndNames(String key, String value) throws IOException {
    CheckpointException error = refused("{\"" + key + "\":" + value + "}");
    String blamed = key.equals("qk_rope_head_dim") && value.equals("34") ? "index_head_dim" : key;
    assertThat(error.problems()).anySatisfy(problem -> assertThat(problem).contains(blamed));
  }

  @Test
  void readsRopeParametersOfNewerFiles() throws IOException {
    ModelConfig config =
        read(
            """
            {"rope_theta":null,"rope_scaling":null,"rope_parameters":{"rope_type":"yarn",
             "rope_theta":10000.0,"factor":4.0,"original_max_position_embeddings":64,"beta_fast":4,
             "beta_slow":1,"mscale":1.0,"mscale_all_dim":1.0}}""");
    assertThat(config.rope())
        .isEqualTo(ModelConfigReader.read(GoldenFiles.model("m1-bf16-sparse")).rope());
    ModelConfig plain =
        read(
            "{\"rope_theta\":null,\"rope_scaling\":null,"
                + "\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":500}}");
    assertThat(plain.rope()).isEqualTo(new ModelConfig.Rope(500, Optional.empty()));
  }

  @Test
  void takesRopeTypeForType() throws IOException {
    ModelConfig config =
        read(
            """
            {"rope_scaling":{"rope_type":"yarn","factor":4,"original_max_position_embeddings":64,
             "beta_fast":4,"beta_slow":1,"mscale":1,"mscale_all_dim":1}}""");
    assertThat(config.rope())
        .isEqualTo(ModelConfigReader.read(GoldenFiles.model("m1-bf16-sparse")).rope());
  }

  @Test
  void joinsEndTokensOfBothFiles() throws IOException {
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"bos_token_id\":7,\"eos_token_id\":[5,1]}");
    ModelConfig config = read("{\"eos_token_id\":[1,3],\"bos_token_id\":null}");
    assertThat(config.eosTokenIds()).containsExactly(1, 3, 5);
    assertThat(config.bosTokenId()).isEqualTo(7);
  }

  @Test
  void hasNoSpecialTokensWhereNoneAreGiven() throws IOException {
    ModelConfig config = read("{\"eos_token_id\":null,\"bos_token_id\":null}");
    assertThat(config.eosTokenIds()).isEmpty();
    assertThat(config.bosTokenId()).isEqualTo(-1);
  }

  @Test
  void usesDocumentedDefaultsOnly() throws IOException {
    ModelConfig config =
        read(
            """
            {"rms_norm_eps":null,"rope_theta":null,"rope_scaling":null,"n_group":null,
             "topk_group":null,"norm_topk_prob":null,"num_key_value_heads":null,"scoring_func":null,
             "topk_method":null,"hidden_act":null,"attention_bias":null,"moe_layer_freq":null,
             "tie_word_embeddings":null}""");
    assertThat(config.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(config.rope()).isEqualTo(new ModelConfig.Rope(10000, Optional.empty()));
    assertThat(config.feedForward().groups()).isEqualTo(1);
    assertThat(config.feedForward().normalizeWeights()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"a\":1,\"a\":2}",
        "{} {}",
        "{\"a\":",
        "{\"a\":NaN}",
        "\uFEFF{}"
      })
  void refusesWhatIsNotOneJsonObject(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
    assertThatThrownBy(() -> ModelConfigReader.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read " + folder.resolve("config.json") + ": ");
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> ModelConfigReader.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("config.json: no such file");
  }

  /** Writes the configuration of m1 with some keys replaced. */
  private void write(String changes) throws IOException {
    Path original = GoldenFiles.model("m1-bf16-sparse").resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(original.toFile());
    for (Map.Entry<String, JsonNode> change : JSON.readTree(changes).properties()) {
      config.set(change.getKey(), change.getValue());
    }
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  private ModelConfig read(String changes) throws IOException {
    write(changes);
    return ModelConfigReader.read(folder);
  }

  private CheckpointException refused(String changes) throws IOException {
    write(changes);
    try {
      ModelConfig config = ModelConfigReader.read(folder);
      throw new AssertionError("accepted: " + config);
    } catch (CheckpointException e) {
      return e;
    }
  }
}
