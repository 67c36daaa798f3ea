package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Task;
import org.longread.kernels.ops.ComputePrecision;

/** What is found on the driver, before any executor works: nothing is written. */
class TestInvalidRuns {
  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writeInput() {
    input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string, number double, numbers array<double>, tokens array<long>",
            Inputs.row("a", "Genesis", 1.0, List.of(1.0), List.of(65L)));
  }

  private RunBuilder run() {
    return new RunBuilder(folder.resolve("out")).input(input);
  }

  private void assertInvalid(RunBuilder run, String... says) {
    assertThatThrownBy(() -> run.run(Inputs.spark()))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll(says);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void missingColumnNamesTheNearest() {
    assertInvalid(
        run().text("texd"), "Invalid text-column: texd", "did you mean text?", "id, text, number");
    assertInvalid(run().parts("chapter"), "Invalid part-column: chapter", "no such column");
  }

  @Test
  void wrongTypesNameWhatIsExpected() {
    assertInvalid(run().text("number"), "text-column: number", "double", "string or binary");
    assertInvalid(run().tokens("numbers"), "tokens-column", "array<double>", "array of integer");
    assertInvalid(run().parts("text"), "part-column: text", "string", "integer");
    assertInvalid(run().questions("text"), "questions-column", "array of string");
    assertInvalid(run().continuation("tokens"), "continuation-column", "array<bigint>");
  }

  @Test
  void idOfAnotherTypeIsRefused() {
    Path other =
        Inputs.write(
            folder.resolve("other"), 1, "id double, text string", Inputs.row(1.0, "Genesis"));
    assertInvalid(run().input(other), "id-column: id", "double", "string or integer");
  }

  @Test
  void inputThatIsNotThereIsNamed() {
    assertInvalid(run().input(folder.resolve("nothing")), "Cannot read input", "nothing");
    assertInvalid(run().input(folder.resolve("*.none")), "Cannot read input", "*.none");
  }

  @Test
  void folderWithoutFilesIsNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertInvalid(run().input(empty), "Cannot read input", "no Parquet files");
  }

  @Test
  void fileThatIsNotParquetIsNamed() throws IOException {
    Files.writeString(input.resolve("notes.parquet"), "these are notes, not a table");
    assertInvalid(run(), "notes.parquet", "does not begin with PAR1");
  }

  @Test
  void fileCutShortIsNamed() throws IOException {
    Path file = parquetFile(input);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(input.resolve("cut.parquet"), java.util.Arrays.copyOf(bytes, bytes.length - 20));
    assertInvalid(run(), "cut.parquet", "does not end with PAR1");
  }

  @Test
  void columnsThatDifferOnlyInCaseAreNamed() {
    Inputs.spark().conf().set("spark.sql.caseSensitive", true);
    Path twice;
    try {
      twice =
          Inputs.write(
              folder.resolve("twice"),
              1,
              "id string, text string, TEXT string",
              Inputs.row("a", "x", "y"));
    } finally {
      Inputs.spark().conf().unset("spark.sql.caseSensitive");
    }
    assertInvalid(run().input(twice), "Cannot read input", "twice", "column `text` already exists");
  }

  @Test
  void outputThatIsNotEmptyIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("used"));
    Files.writeString(folder.resolve("used/precious.txt"), "keep");
    RunBuilder run = new RunBuilder(folder.resolve("used")).input(input);
    assertThatThrownBy(() -> run.run(Inputs.spark()))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll("precious.txt", "Choose another folder");
    assertThat(folder.resolve("used/precious.txt")).hasContent("keep");

    Path done = folder.resolve("done");
    new RunBuilder(done).input(input).run(Inputs.spark());
    RunBuilder again = new RunBuilder(done).input(input).resume(JobConf.Resume.NEVER, 30);
    assertThatThrownBy(() -> again.run(Inputs.spark()))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("a finished run");
  }

  @Test
  void outputWithEmptyFoldersOfARunThatBrokeOffIsTaken() throws Exception {
    Files.createDirectories(folder.resolve("out/results"));
    Files.createDirectories(folder.resolve("out/stats"));
    assertThat(run().run(Inputs.spark())).hasSize(1);
  }

  @Test
  void modelThatIsNotThereIsNamed() {
    assertInvalid(run().model(folder.resolve("no-model")), "no-model");
  }

  @Test
  void memoryLimitBeyondTheHeapIsRefused() {
    assertInvalid(
        run().memoryLimit(Runtime.getRuntime().maxMemory()),
        "Invalid memory-limit",
        "of heap",
        "raise -Xmx");
  }

  @Test
  void precisionThatSuitsNoWeightOfTheModelIsRefused() {
    assertInvalid(
        run().computePrecision(ComputePrecision.FP8),
        "Invalid compute-precision: fp8",
        "weights are not FP8");
  }

  @Test
  void deviceThatNoBackendHasIsRefused() {
    assertInvalid(
        run().device("gpu7"), "on device gpu7", "cpu: it has no devices to choose gpu7 from");
  }

  @Test
  void missingModelFilesAreNamed() throws IOException {
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Path model = copyOfModel("without-" + file);
      Files.delete(model.resolve(file));
      assertInvalid(run().model(model), file);
    }
  }

  @Test
  void tokenizerIsNotNeededToScoreTokens() throws Exception {
    Path model = copyOfModel("no-tokenizer");
    Files.delete(model.resolve("tokenizer.json"));
    assertInvalid(run().model(model).tokens("tokens").task(Task.GENERATE), "tokenizer.json");
    List<ArrowRow> rows = run().model(model).tokens("tokens").run(Inputs.spark());
    assertThat(rows.get(0).text("status")).isEqualTo("ok");
  }

  @Test
  void truncatedSafetensorsIsRefused() throws IOException {
    Path model = copyOfModel("truncated");
    try (RandomAccessFile file = weights(model)) {
      file.setLength(file.length() - 1000);
    }
    assertInvalid(run().model(model), "model.safetensors");
  }

  @Test
  void headerThatLiesIsRefused() throws IOException {
    Path model = copyOfModel("lying");
    try (RandomAccessFile file = weights(model)) {
      file.write(longBytes(Long.MAX_VALUE / 2));
    }
    assertInvalid(run().model(model), "model.safetensors");
  }

  @Test
  void weightsThatAreNotNumbersAreRefused() throws IOException {
    Path model = copyOfModel("nan");
    try (RandomAccessFile file = weights(model)) {
      file.seek(file.length() - 2);
      file.write(new byte[] {(byte) 0xc0, 0x7f}); // bfloat16 NaN
    }
    assertInvalid(run().model(model), "NaN");
  }

  @Test
  void backendThatIsUnknownIsNamed() {
    JobConf conf = run().conf();
    JobConf.Engine engine = conf.engine();
    JobConf other =
        new JobConf(
            conf.input(),
            conf.output(),
            new JobConf.Engine(
                engine.model(),
                "abacus",
                "",
                engine.attention(),
                0,
                0,
                engine.indexPrecision(),
                1,
                0,
                512,
                16),
            conf.task(),
            conf.prompt(),
            conf.generation(),
            conf.limits(),
            conf.resuming(),
            conf.reporting());
    assertThatThrownBy(() -> InferenceJob.run(Inputs.spark(), other))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("abacus");
  }

  private static RandomAccessFile weights(Path model) throws IOException {
    return new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw");
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private Path copyOfModel(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(RunBuilder.MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  static Path parquetFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }
}
