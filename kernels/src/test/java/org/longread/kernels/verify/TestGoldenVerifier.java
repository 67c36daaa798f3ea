package org.longread.kernels.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.TestData;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.verify.VerifyReport.Check;

class TestGoldenVerifier {
  private static final String SCALAR = "scalar";
  private static final String INDEX = "kernels.json";
  private static final Path KERNELS = TestData.golden().resolve("kernels");
  private static final String MODEL = "m4-bf16-indexer-interleaved";
  private static final List<String> MODEL_FILES =
      List.of("config.json", "model.safetensors", "expected.safetensors");

  @TempDir Path folder;

  static Stream<String> backends() {
    return BackendChoice.installed().stream()
        .filter(backend -> backend.unavailable().isEmpty())
        .map(KernelBackend::name);
  }

  static List<String> kernelFiles() {
    return List.of(
        "rope",
        "quant",
        "norm_gate",
        "indexer_small",
        "indexer_realistic",
        "topk",
        "attention_small",
        "attention_realistic");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyReferenceHoldsOnEveryBackendThatRunsHere(String backend) {
    VerifyReport report = GoldenVerifier.verify(TestData.golden(), backend);
    assertThat(report.checks()).filteredOn(check -> !check.passed()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.backend()).isEqualTo(backend);
    assertThat(report.checks())
        .extracting(Check::subject)
        .contains("m1-bf16-sparse", "m2-bf16-dense-equivalent", "m3-fp8-sparse", MODEL)
        .contains("m5-fp8-float-scales", "m6-odd-shapes")
        .contains("v2-lite", "v2-groups", "v2-sparse-experts", "v3-fp8", "v3-half-split")
        .contains("glm-shared", "glm-schedule")
        .containsAll(kernelFiles().stream().map(name -> "kernels/" + name).toList());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyModelHoldsWithStreamedWeights(String backend) {
    for (String kind : List.of("models", "family")) {
      Path models = TestData.golden().resolve(kind);
      VerifyReport resident = GoldenVerifier.verify(models, backend);
      VerifyReport streamed = GoldenVerifier.verify(models, backend, WeightsMode.STREAMED);
      assertThat(streamed.checks()).filteredOn(check -> !check.passed()).isEmpty();
      // The same comparisons with the same errors, to the last digit.
      assertThat(streamed.checks()).isEqualTo(resident.checks());
    }
  }

  /** Later steps of the low-precision path start from the golden rotation; they fail with it. */
  @ParameterizedTest
  @MethodSource("kernelFiles")
  void anAlteredKernelReferenceFailsAtItsStageAlone(String name) throws IOException {
    String file = name + ".safetensors";
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, file));
    byte[] original = copy.read(file);
    SafetensorsFile tensors = SafetensorsFile.open(KERNELS.resolve(file));
    List<String> stages =
        verify(copy).checks().stream()
            .map(Check::stage)
            .filter(stage -> tensors.find(stage).isPresent())
            .filter(stage -> !stage.endsWith("_hadamard_bf16"))
            .toList();
    assertThat(stages).isNotEmpty();
    for (String stage : stages) {
      copy.alter(file, stage);
      assertThat(failures(copy)).containsExactly(stage);
      copy.write(file, original);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rope, v32_671b.x, v32_671b.y_half_split",
    "quant, block.pow2.weight, block.pow2.dequant",
    "norm_gate, norm.w, norm.rms",
    "indexer_small, c.w, c.scores",
    "indexer_small, fp8path.w_raw, fp8path.w_folded",
    "attention_small, mla.w_kv_b, mla.q_absorbed",
    "attention_realistic, q, out"
  })
  void anAlteredKernelInputFails(String name, String input, String stage) throws IOException {
    String file = name + ".safetensors";
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, file));
    copy.alter(file, input);
    assertThat(failures(copy)).contains(stage);
  }

  @Test
  void anAlteredModelReferenceFailsAtItsStageAlone() throws IOException {
    String file = "expected.safetensors";
    GoldenCopy copy = GoldenCopy.of(TestData.goldenModel(MODEL), folder, MODEL_FILES);
    byte[] original = copy.read(file);
    for (Check check : verify(copy).checks()) {
      if (!check.stage().equals("prefill in chunks")) {
        copy.alter(file, check.stage());
        assertThat(failures(copy)).containsExactly(check.stage());
        copy.write(file, original);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.layers.0.self_attn.q_a_layernorm.weight",
        "model.layers.1.mlp.down_proj.weight",
        "model.norm.weight"
      })
  void anAlteredWeightFails(String weight) throws IOException {
    GoldenCopy copy = GoldenCopy.of(TestData.goldenModel(MODEL), folder, MODEL_FILES);
    copy.alter("model.safetensors", weight);
    assertThat(failures(copy)).contains("logits", "logits_dense");
  }

  @Test
  void namesOfCasesComeFromTheData() throws IOException {
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, "topk.safetensors"));
    copy.replace(INDEX, "\"ties\"", "\"knot\"");
    copy.replace("topk.safetensors", "\"ties.", "\"knot.");
    VerifyReport report = verify(copy);
    assertThat(report.passed()).isTrue();
    assertThat(report.checks()).extracting(Check::stage).contains("knot.topk");
  }

  @Test
  void tensorsOfACaseThatIsNotListedFail() throws IOException {
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, "topk.safetensors"));
    copy.replace("topk.safetensors", "\"ties.", "\"knot.");
    assertThat(failures(copy)).containsExactly("ties", "knot");
  }

  @ParameterizedTest
  @CsvSource({
    // A row past the keys, a list that points past the cache, more candidates than there are.
    "indexer_small, a.positions, 37",
    "attention_small, a.indices, 50",
    "topk, long.valid, 6001"
  })
  void referencesThatPointOutsideAreAFailedCase(String name, String tensor, int value)
      throws IOException {
    String file = name + ".safetensors";
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, file));
    copy.set(file, tensor, value);
    assertThat(verify(copy).checks())
        .filteredOn(check -> !check.passed())
        .singleElement()
        .satisfies(check -> assertThat(check.detail()).contains(tensor, "element 0 is " + value));
  }

  @Test
  void parametersThatAreMissingAreAFailedCase() throws IOException {
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX, "attention_small.safetensors"));
    copy.replace(INDEX, "\"v_head_dim\"", "\"v_dim\"");
    assertThat(verify(copy).checks())
        .filteredOn(check -> !check.passed())
        .singleElement()
        .satisfies(check -> assertThat(check.stage()).isEqualTo("mla"))
        .satisfies(check -> assertThat(check.detail()).contains("Invalid mla.v_head_dim: missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not a checkpoint", "\2\0\0\0\0\0\0\0{}"})
  void brokenReferencesAreFailedChecks(String content) throws IOException {
    byte[] broken = content.getBytes(StandardCharsets.ISO_8859_1);
    GoldenCopy copy = GoldenCopy.of(TestData.goldenModel(MODEL), folder, MODEL_FILES);
    copy.write("expected.safetensors", broken);
    assertThat(failures(copy)).containsExactly("reading");
  }

  @Test
  void aReferenceCutShortIsAFailedCheck() throws IOException {
    GoldenCopy copy = GoldenCopy.of(TestData.goldenModel(MODEL), folder, MODEL_FILES);
    byte[] whole = copy.read("expected.safetensors");
    copy.write("expected.safetensors", Arrays.copyOf(whole, whole.length - 1));
    assertThat(failures(copy)).containsExactly("reading");
  }

  @ParameterizedTest
  @MethodSource("kernelFiles")
  void anEmptyKernelFileIsAFailedCheck(String name) throws IOException {
    String file = name + ".safetensors";
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of(INDEX));
    copy.write(file, new byte[0]);
    assertThat(failures(copy)).containsExactly("reading");
    copy.write(file, "\2\0\0\0\0\0\0\0{}".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(failures(copy)).isNotEmpty();
  }

  @Test
  void aBrokenIndexIsAFailedCheck() throws IOException {
    GoldenCopy copy = GoldenCopy.of(KERNELS, folder, List.of("topk.safetensors"));
    copy.write(INDEX, "{\"topk\": {".getBytes(StandardCharsets.UTF_8));
    assertThat(failures(copy)).containsExactly("reading");
    copy.write(INDEX, "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(failures(copy)).containsExactly("reading");
  }

  @Test
  void anIndexAloneIsAFailedCheck() throws IOException {
    assertThat(failures(GoldenCopy.of(KERNELS, folder, List.of(INDEX)))).containsExactly("reading");
  }

  @Test
  void pathsWithoutReferencesAreRefused() {
    assertThatThrownBy(() -> GoldenVerifier.verify(folder, SCALAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a folder with expected.safetensors or kernels.json");
    assertThatThrownBy(() -> GoldenVerifier.verify(folder.resolve("none"), SCALAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a folder");
  }

  private static VerifyReport verify(GoldenCopy copy) {
    return GoldenVerifier.verify(copy.folder(), SCALAR);
  }

  /** Stages that failed. */
  private static List<String> failures(GoldenCopy copy) {
    VerifyReport report = verify(copy);
    List<String> failed =
        report.checks().stream().filter(check -> !check.passed()).map(Check::stage).toList();
    assertThat(report.passed()).isEqualTo(failed.isEmpty());
    return failed;
  }
}
