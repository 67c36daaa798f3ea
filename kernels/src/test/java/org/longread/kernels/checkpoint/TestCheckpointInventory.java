package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestCheckpointInventory {
  private static final String SINGLE = "m4-bf16-indexer-interleaved";
  private static final String SHARDED = "m2-bf16-dense-equivalent";
  private static final String FP8 = "m3-fp8-sparse";

  @TempDir Path folder;

  static List<String> models() {
    return GoldenFiles.models();
  }

  @ParameterizedTest
  @MethodSource("models")
  void findsNothingWrongWithReferenceModels(String model) {
    CheckpointInventory inventory = CheckpointInventory.check(GoldenFiles.model(model));
    assertThat(inventory.warnings()).isEmpty();
    assertThatCode(inventory::verifyValues).doesNotThrowAnyException();
  }

  @Test
  void leavesOutLayersAfterTheLast() {
    CheckpointInventory inventory = CheckpointInventory.check(GoldenFiles.model(SHARDED));
    assertThat(inventory.tensors())
        .filteredOn(tensor -> tensor.name().startsWith("model.layers.2."))
        .isNotEmpty()
        .allMatch(tensor -> tensor.group() == TensorGroup.NEXT_TOKENS);
    assertThat(CheckpointLoader.load(inventory).weights().layers()).hasSize(2);
  }

  @Test
  void aNanInALayerAfterTheLastDoesNotMatter() {
    EditedModel model = new EditedModel(SHARDED);
    model.put("model.layers.2.enorm.weight", 0, 0x7FC0).write(folder);
    assertThatCode(() -> CheckpointInventory.check(folder).verifyValues())
        .doesNotThrowAnyException();
    assertThatCode(() -> CheckpointLoader.load(folder)).doesNotThrowAnyException();
  }

  @Test
  void refusesAShardThatIsALinkOutOfTheFolder() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Path shard = writeShard(model);
    Path inside = Files.move(shard, model.resolve("blob"));
    Files.createSymbolicLink(shard, inside);
    assertThatCode(() -> CheckpointInventory.check(model)).doesNotThrowAnyException();
    Path outside = Files.move(inside, folder.resolve("blob"));
    Files.delete(shard);
    Files.createSymbolicLink(shard, outside);
    assertThatThrownBy(() -> CheckpointInventory.check(model))
        .hasMessageContaining(shard.getFileName() + ": a link to ")
        .hasMessageContaining("expected a file in the model folder");
  }

  @Test
  void readsTheCacheOfTheHubWhichIsMadeOfLinks() throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/abc"));
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path shard = writeShard(snapshot);
    Files.move(shard, blobs.resolve("5eed"));
    Files.createSymbolicLink(shard, Path.of("../../blobs/5eed"));
    assertThatCode(() -> CheckpointInventory.check(snapshot)).doesNotThrowAnyException();
  }

  /** A model of one shard, with its index. */
  private static Path writeShard(Path model) throws IOException {
    EditedModel edited = new EditedModel(SINGLE);
    edited.write(model);
    Path shard = model.resolve("model-00001-of-00001.safetensors");
    Files.move(model.resolve("model.safetensors"), shard);
    String map =
        edited.tensors.keySet().stream()
            .map(name -> "\"%s\": \"%s\"".formatted(name, shard.getFileName()))
            .collect(Collectors.joining(", ", "{\"weight_map\": {", "}}"));
    Files.writeString(model.resolve("model.safetensors.index.json"), map);
    return shard;
  }

  @Test
  void listsAllMissingMisshapenAndMistypedTensorsAtOnce() {
    EditedModel model = new EditedModel(SINGLE);
    model.tensors.remove("model.layers.0.self_attn.indexer.wk.weight");
    model.tensors.remove("lm_head.weight");
    model.reshape("model.layers.1.self_attn.q_a_proj.weight", 64L, 28L);
    model.reshape("model.norm.weight", 64L, 1L);
    model.retype("model.layers.0.mlp.up_proj.weight", DType.I16);
    model.retype("model.embed_tokens.weight", DType.U16).write(folder);
    assertThat(problems())
        .containsExactlyInAnyOrder(
            "Missing tensor model.layers.0.self_attn.indexer.wk.weight [16, 64]",
            "Missing tensor lm_head.weight [97, 64]",
            "Invalid shape of model.layers.1.self_attn.q_a_proj.weight: [64, 28] (expected [28, 64])",
            "Invalid shape of model.norm.weight: [64, 1] (expected [64])",
            "Invalid dtype of model.layers.0.mlp.up_proj.weight: I16"
                + " (expected F32, F16, BF16 or F8_E4M3)",
            "Invalid dtype of model.embed_tokens.weight: U16 (expected F32, F16, BF16)");
  }

  @Test
  void shortensALongListOfProblems() {
    EditedModel model = new EditedModel(SINGLE);
    model.tensors.keySet().removeIf(name -> name.startsWith("model.layers."));
    model.write(folder);
    assertThatThrownBy(() -> CheckpointInventory.check(folder))
        .hasMessageStartingWith("Cannot load checkpoint " + folder + ": 34 problems\n")
        .hasMessageContaining("Missing tensor model.layers.0.input_layernorm.weight [64]")
        .hasMessageEndingWith("... and 14 more");
    assertThat(problems()).hasSize(34);
  }

  @Test
  void holdsTheConfigurationAgainstTheShapes() {
    EditedModel model = new EditedModel(SINGLE);
    model.config.put("vocab_size", 98);
    model.write(folder);
    assertThat(problems())
        .containsExactly(
            "Invalid shape of model.embed_tokens.weight: [97, 64] (expected [98, 64])",
            "Invalid shape of lm_head.weight: [97, 64] (expected [98, 64])");
  }

  @Test
  void warnsOfTensorsItDoesNotKnow() {
    EditedModel model = new EditedModel(SINGLE);
    model.tensors.put(
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        new EditedModel.Tensor(DType.F32, List.of(6L), new byte[24]));
    CheckpointInventory inventory = CheckpointInventory.check(model.write(folder));
    assertThat(inventory.warnings())
        .containsExactly(
            "Ignored tensor model.layers.0.self_attn.rotary_emb.inv_freq:"
                + " not part of the architecture");
  }

  @Test
  void fp8NeedsBlocksInTheConfiguration() {
    EditedModel model = new EditedModel(FP8);
    model.config.remove("quantization_config");
    model.write(folder);
    assertThat(problems())
        .contains(
            "Invalid dtype of model.layers.0.mlp.down_proj.weight: F8_E4M3"
                + " (expected quantization_config in config.json to give its blocks)");
  }

  @Test
  void fp8NeedsScalesOfTheRightShapeAndType() {
    EditedModel model = new EditedModel(FP8);
    model.tensors.remove("model.layers.0.mlp.down_proj.weight_scale_inv");
    model.reshape("model.layers.0.mlp.up_proj.weight_scale_inv", 2L, 1L);
    model.retype("model.layers.0.mlp.gate_proj.weight_scale_inv", DType.I32).write(folder);
    assertThat(problems())
        .containsExactly(
            "Invalid dtype of model.layers.0.mlp.gate_proj.weight_scale_inv: I32"
                + " (expected F32, F16 or BF16)",
            "Invalid shape of model.layers.0.mlp.up_proj.weight_scale_inv: [2, 1]"
                + " (expected [1, 2])",
            "Missing tensor model.layers.0.mlp.down_proj.weight_scale_inv [2, 1],"
                + " the scales of an F8_E4M3 weight");
  }

  @Test
  void fp8IsRefusedWhereItIsNotMultiplied() {
    EditedModel model = new EditedModel(FP8);
    model.tensors.put(
        "model.norm.weight", new EditedModel.Tensor(DType.F8_E4M3, List.of(256L), new byte[256]));
    model.write(folder);
    assertThat(problems())
        .containsExactly("Invalid dtype of model.norm.weight: F8_E4M3 (expected F32, F16, BF16)");
  }

  @Test
  void scalesMayBeBrainFloats() {
    EditedModel model = new EditedModel(FP8);
    String name = "model.layers.0.self_attn.o_proj.weight_scale_inv";
    model.tensors.put(
        name, new EditedModel.Tensor(DType.BF16, List.of(2L, 1L), new byte[] {0, 63, 0, 62}));
    ModelWeights weights = CheckpointLoader.load(model.write(folder)).weights();
    assertThat(weights.layers().get(0).attention().output().scales(0)[0]).isEqualTo(0.5f);
    assertThat(weights.layers().get(0).attention().output().scales(2)[0]).isEqualTo(0.125f);
  }

  @Test
  void addsUpParametersAndBytesByGroup() {
    CheckpointInventory inventory = CheckpointInventory.check(GoldenFiles.model(FP8));
    assertThat(inventory.totals())
        .contains(
            new CheckpointInventory.GroupTotal(TensorGroup.EMBEDDING, 1, 70 * 256, 70 * 256 * 2),
            // Scales count as tensors and bytes, not as parameters.
            new CheckpointInventory.GroupTotal(
                TensorGroup.DENSE_MLP, 6, 3 * 128 * 256, 3 * 128 * 256 + 6 * 4));
  }

  @Test
  void namesAMissingFolderAndMissingWeights() throws IOException {
    assertThatThrownBy(() -> CheckpointInventory.check(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("none: no such model folder");
    Files.copy(GoldenFiles.model(SINGLE).resolve("config.json"), folder.resolve("config.json"));
    assertThatThrownBy(() -> CheckpointInventory.check(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "no weights (expected model.safetensors or model.safetensors.index.json)");
  }

  @Test
  void namesABrokenSingleFileAlone() throws IOException {
    copy(SINGLE);
    Files.write(folder.resolve("model.safetensors"), new byte[100]);
    assertThat(problems()).singleElement().asString().contains("model.safetensors: the header");
  }

  @Test
  void listsAMissingShardWithoutTheTensorsInIt() throws IOException {
    copy(SHARDED);
    Files.delete(folder.resolve("model-00002-of-000003.safetensors"));
    assertThat(problems())
        .containsExactly(
            "Cannot read "
                + folder.resolve("model-00002-of-000003.safetensors")
                + ": no such file");
  }

  @Test
  void listsATensorThatIsNotInTheShardTheIndexNames() throws IOException {
    copy(SHARDED);
    editIndex("\"lm_head.weight\": \"model-00003", "\"lm_head.weight\": \"model-00001");
    assertThat(problems())
        .containsExactly(
            "Cannot read "
                + folder.resolve("model-00001-of-000003.safetensors")
                + ": no tensor lm_head.weight (expected by model.safetensors.index.json)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model-00003-of-000003.safetensors",
        "/etc/passwd",
        "..",
        "a/b.safetensors",
        "a\\\\b.safetensors",
        ".hidden.safetensors",
        "config.json",
        "x.safetensors\\u0000",
        ""
      })
  void refusesFileNamesThatLeaveTheFolder(String name) throws IOException {
    copy(SHARDED);
    editIndex(
        "\"lm_head.weight\": \"model-00003-of-000003.safetensors\"",
        "\"lm_head.weight\": \"" + name + "\"");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("Invalid file of tensor lm_head.weight in model.safetensors.index.json: ");
  }

  @Test
  void refusesAnIndexThatNamesATensorTwice() throws IOException {
    copy(SHARDED);
    editIndex(
        "\"lm_head.weight\":",
        "\"lm_head.weight\": \"model-00001-of-000003.safetensors\", \"lm_head.weight\":");
    assertThat(problems()).singleElement().asString().contains("Duplicate");
  }

  @Test
  void refusesAnIndexWithoutAMap() throws IOException {
    copy(SHARDED);
    Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":[]}");
    assertThat(problems()).singleElement().asString().contains("no weight_map");
  }

  @Test
  void verifyingNamesEveryTensorWithABadValue() {
    EditedModel model = new EditedModel(SINGLE);
    model.put("model.norm.weight", 3, 0x7FC0);
    model.put("model.layers.0.mlp.up_proj.weight", 0, 0x7F80).write(folder);
    CheckpointInventory inventory = CheckpointInventory.check(folder);
    CheckpointException error =
        catchThrowableOfType(CheckpointException.class, inventory::verifyValues);
    assertThat(error.problems())
        .anySatisfy(p -> assertThat(p).contains("model.norm.weight: value at [3] is NaN"))
        .anySatisfy(p -> assertThat(p).contains("up_proj.weight: value at [0, 0] is Infinity"))
        .hasSize(2);
  }

  private List<String> problems() {
    return catchThrowableOfType(CheckpointException.class, () -> CheckpointInventory.check(folder))
        .problems();
  }

  private void copy(String model) throws IOException {
    try (Stream<Path> files = Files.list(GoldenFiles.model(model))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
  }

  private void editIndex(String from, String to) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    String text = Files.readString(index);
    assertThat(text).contains(from);
    Files.writeString(index, text.replace(from, to));
  }
}
