package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.longread.kernels.TestData;
import org.longread.kernels.checkpoint.ModelConfig.Routing;

/** What each member of the family reads, defaults to and refuses. */
class TestModelVariant {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path folder;

  @Test
  void readsTheSettingsOfV2Lite() {
    ModelConfig config = golden("v2-lite");
    assertThat(config.variant()).isEqualTo(ModelVariant.DEEPSEEK_V2);
    assertThat(config.hasIndexer()).isFalse();
    assertThat(config.indexer()).isEqualTo(ModelConfig.Indexer.NONE);
    assertThat(config.indexLayers()).isZero();
    assertThat(config.attention().hasQueryRank()).isFalse();
    assertThat(config.feedForward().routing()).isEqualTo(Routing.SOFTMAX);
    assertThat(config.feedForward().groups()).isEqualTo(1);
    assertThat(config.feedForward().normalizeWeights()).isFalse();
    double m = 0.1 * 0.707 * Math.log(8) + 1;
    assertThat(config.softmaxScale()).isCloseTo(m * m / Math.sqrt(24), within(1e-12));
    assertThat(config.rope().rotationScale()).isEqualTo(1);
  }

  @Test
  void everyNthLayerHasExperts() {
    ModelConfig config = golden("v2-sparse-experts");
    List<Boolean> dense = IntStream.range(0, 4).mapToObj(config::isDense).toList();
    assertThat(dense).containsExactly(true, true, false, true);
    assertThat(config.denseLayers()).isEqualTo(3);
    assertThat(config.feedForward().sharedExperts()).isZero();
  }

  @Test
  void withoutMscalesYarnScalesCosinesAlone() {
    ModelConfig config = golden("v3-half-split");
    assertThat(config.rope().rotationScale()).isCloseTo(0.1 * Math.log(8) + 1, within(1e-12));
    assertThat(config.softmaxScale()).isCloseTo(1 / Math.sqrt(24), within(1e-12));
    assertThat(config.attention().interleavedRope()).isFalse();
  }

  @Test
  void layersShareSelectionsAsListedOrScheduled() {
    ModelConfig listed = golden("glm-shared");
    assertThat(indexes(listed)).containsExactly(true, true, false, false, true);
    assertThat(listed.indexLayers()).isEqualTo(3);
    assertThat(listed.indexer().interleavedRope()).isTrue();
    assertThat(indexes(golden("glm-schedule"))).containsExactly(true, true, false, true);
  }

  /** GLM-5.2: 78 layers, of which 21 have an indexer; GLM-5 has neither key, and 78. */
  @Test
  void thePublishedScheduleIndexes21Of78Layers() throws IOException {
    String common = "\"num_hidden_layers\":78,\"mlp_layer_types\":null,\"first_k_dense_replace\":3";
    String shared = ",\"indexer_types\":null,\"index_topk_freq\":4,\"index_skip_topk_offset\":3";
    ModelConfig config = read("glm-shared", "{" + common + shared + "}");
    assertThat(config.indexLayers()).isEqualTo(21);
    assertThat(indexes(config).subList(0, 8))
        .containsExactly(true, true, true, false, false, false, true, false);
    ModelConfig every = read("glm-shared", "{" + common + ",\"indexer_types\":null}");
    assertThat(every.indexLayers()).isEqualTo(78);
  }

  @Test
  void aPatternOfLettersIsASchedule() throws IOException {
    ModelConfig config =
        read("glm-shared", "{\"indexer_types\":null,\"index_topk_pattern\":\"FSFSS\"}");
    assertThat(indexes(config)).containsExactly(true, false, true, false, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "v2-lite|norm_topk_prob|true",
        "v2-lite|topk_method|\"noaux_tc\"",
        "v2-lite|scoring_func|\"sigmoid\"",
        "v2-lite|rope_interleave|false",
        "v2-groups|topk_group|5",
        "v3-fp8|scoring_func|\"softmax\"",
        "v3-fp8|topk_method|\"greedy\"",
        "v3-fp8|attention_bias|true",
        "v3-fp8|mlp_bias|true",
        "v3-fp8|partial_rotary_factor|0.5",
        "v3-fp8|moe_layer_freq|0",
        "glm-shared|q_lora_rank|null",
        "glm-shared|moe_layer_freq|2",
        "glm-shared|indexer_types|[\"shared\",\"full\",\"full\",\"full\",\"full\"]",
        "glm-shared|indexer_types|[\"full\",\"full\"]",
        "glm-shared|indexer_types|\"full\"",
        "glm-shared|index_topk_freq|4",
        "glm-shared|index_topk_pattern|\"FFFFF\"",
        "glm-shared|mlp_layer_types|[\"dense\",\"moe\",\"sparse\",\"sparse\",\"dense\"]",
        "glm-shared|first_k_dense_replace|3",
        "glm-schedule|index_topk_pattern|\"FF\"",
      })
  void refusesWhatTheVariantDoesNotCompute(String model, String key, String value)
      throws IOException {
    assertThat(problems(model, "{\"" + key + "\":" + value + "}"))
        .anySatisfy(
            problem -> assertThat(problem).containsAnyOf(key, "indexer_types", "mlp_layer_types"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {"0.5|0", "null|1.0", "1.0|-1", "0|1.0"})
  void refusesMscalesOnWhichImplementationsDiffer(String mscale, String allDim) throws IOException {
    String yarn =
        "{\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"original_max_position_embeddings\":32,"
            + "\"mscale\":%s,\"mscale_all_dim\":%s}}";
    assertThat(problems("v3-fp8", yarn.formatted(mscale, allDim)))
        .anySatisfy(problem -> assertThat(problem).contains("rope_scaling.mscale"));
  }

  @Test
  void namesTheFamilyWhereTheTypeIsUnknown() throws IOException {
    assertThat(problems("v3-fp8", "{\"model_type\":\"llama\"}"))
        .contains(
            "Invalid model_type: llama (expected one of deepseek_v2, deepseek_v3, deepseek_v32,"
                + " glm_moe_dsa)");
  }

  private static List<Boolean> indexes(ModelConfig config) {
    return IntStream.range(0, config.layers()).mapToObj(config::indexes).toList();
  }

  private static Path family(String model) {
    return TestData.golden().resolve("family").resolve(model);
  }

  private static ModelConfig golden(String model) {
    return ModelConfigReader.read(family(model));
  }

  private ModelConfig read(String model, String changes) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(family(model).resolve("config.json").toFile());
    for (Map.Entry<String, JsonNode> change : JSON.readTree(changes).properties()) {
      config.set(change.getKey(), change.getValue());
    }
    Files.writeString(folder.resolve("config.json"), config.toString());
    return ModelConfigReader.read(folder);
  }

  private List<String> problems(String model, String changes) throws IOException {
    try {
      throw new AssertionError("accepted: " + read(model, changes));
    } catch (CheckpointException e) {
      return e.problems();
    }
  }
}
