package org.longread.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.OnTooLong;
import org.longread.job.JobConf.Task;

/** A bad document is an error row; the others are answered all the same. */
class TestBadDocuments {
  @TempDir Path folder;

  private RunBuilder run(String output, Path input) {
    return new RunBuilder(folder.resolve(output)).input(input);
  }

  private static void assertFailed(ArrowRow row, String code, String... says) {
    assertThat(row.text("status")).isEqualTo("error");
    assertThat(row.text("error_code")).isEqualTo(code);
    assertThat(row.text("error_message")).contains(says);
    assertThat(row.get("log_prob_sum")).isNull();
    assertThat(row.evidence()).isEmpty();
  }

  private static void assertOk(ArrowRow row) {
    assertThat(row.get("error_message")).isNull();
    assertThat(row.text("status")).isEqualTo("ok");
  }

  @Test
  void textThatIsNotUtf8NamesTheByte() throws Exception {
    Path binary =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text binary",
            Inputs.row("bad", new byte[] {'a', 'b', (byte) 0xc3, 'd'}),
            Inputs.row("cut", new byte[] {'a', (byte) 0xe2, (byte) 0x82}),
            Inputs.row("good", "é€😀".getBytes(UTF_8)));
    List<ArrowRow> rows = run("out", binary).run(Inputs.spark());
    assertFailed(rows.get(0), "invalid_utf8", "0xc3", "offset 2");
    assertFailed(rows.get(1), "invalid_utf8", "0xe2", "offset 1");
    assertOk(rows.get(2));

    // The same bytes in a string column.
    Path strings = folder.resolve("strings");
    Inputs.spark()
        .read()
        .parquet(binary.toString())
        .selectExpr("id", "cast(text as string) as text")
        .write()
        .parquet(strings.toString());
    assertThat(run("out2", strings).run(Inputs.spark())).isEqualTo(rows);
  }

  @Test
  void emptyDocuments() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string, tokens array<int>",
            Inputs.row(1, "", List.of()),
            Inputs.row(2, null, null));
    for (Task task : Task.values()) {
      List<ArrowRow> rows = run("text-" + task, input).task(task).run(Inputs.spark());
      assertOk(rows.get(0));
      assertThat(rows.get(0).number("prompt_tokens")).isEqualTo(1); // <bos>
      assertFailed(rows.get(1), "null_text", "document 2");
    }
    List<ArrowRow> embedded =
        run("tokens", input).tokens("tokens").task(Task.EMBED).run(Inputs.spark());
    assertFailed(embedded.get(0), "empty_document", "no tokens");
    List<ArrowRow> scored = run("scored", input).tokens("tokens").run(Inputs.spark());
    assertOk(scored.get(0));
    assertThat(scored.get(0).number("log_prob_sum")).isZero();
    assertThat(scored.get(0).number("prompt_tokens")).isZero();
    List<ArrowRow> generated =
        run("generated", input).tokens("tokens").task(Task.GENERATE).run(Inputs.spark());
    assertFailed(generated.get(0), "empty_document", "no tokens");
  }

  @Test
  void tokensOutOfRangeNamePositionAndId() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, tokens array<long>",
            Inputs.row("big", List.of(1L, 2L, 320L)),
            Inputs.row("good", List.of(1L, 2L, 319L)),
            Inputs.row("huge", List.of(1L << 40)),
            Inputs.row("negative", List.of(-7L)),
            Inputs.row("null", Arrays.asList(1L, null)));
    List<ArrowRow> rows = run("out", input).tokens("tokens").run(Inputs.spark());
    assertFailed(rows.get(0), "token_out_of_range", "position 2: 320", "0 to 319");
    assertOk(rows.get(1));
    assertFailed(rows.get(2), "token_out_of_range", "position 0: 1099511627776");
    assertFailed(rows.get(3), "token_out_of_range", "position 0: -7");
    assertFailed(rows.get(4), "token_out_of_range", "position 1");
  }

  @Test
  void documentsOverTheLimit() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string",
            Inputs.row("exact", "0123456789"),
            Inputs.row("head", "0123"),
            Inputs.row("long", "0123abc456789"),
            Inputs.row("middle", "01" + "89"),
            Inputs.row("tail", "6789"));
    List<ArrowRow> refused = run("e", input).limit(10, OnTooLong.ERROR).run(Inputs.spark());
    assertOk(refused.get(0));
    assertFailed(refused.get(2), "document_too_long", "13 tokens", "10", "on-too-long");

    // What is left is what a document of just these characters would be.
    for (OnTooLong cut : List.of(OnTooLong.HEAD, OnTooLong.TAIL, OnTooLong.MIDDLE)) {
      List<ArrowRow> rows = run(cut.name(), input).limit(4, cut).run(Inputs.spark());
      ArrowRow whole = row(rows, cut.name().toLowerCase(java.util.Locale.ROOT));
      ArrowRow shortened = row(rows, "long");
      assertOk(shortened);
      assertThat(shortened.get("truncated")).isEqualTo(true);
      assertThat(whole.get("truncated")).isEqualTo(false);
      assertThat(shortened.number("prompt_tokens")).isEqualTo(5);
      assertThat(shortened.get("log_prob_sum")).isEqualTo(whole.get("log_prob_sum"));
      assertThat(shortened.get("bits_per_byte")).isEqualTo(whole.get("bits_per_byte"));
    }
  }

  @Test
  void modelsOwnLimitLeavesRoomForPromptAndAnswer() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"), 1, "id int, text string", Inputs.row(1, "x".repeat(40_000)));
    ArrowRow row =
        run("out", input).task(Task.GENERATE).prompt("ab", "cde").run(Inputs.spark()).get(0);
    // 32,768 less <bos>, prefix, suffix and 8 new tokens
    assertFailed(row, "document_too_long", "40000", "32754", "32768 less 14");
  }

  @Test
  void documentThatCannotFitIntoMemoryIsAnErrorRow() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string",
            Inputs.row(1, "x".repeat(30_000)),
            Inputs.row(2, "x"));
    List<ArrowRow> rows = run("out", input).memoryLimit(8 << 20).run(Inputs.spark());
    assertFailed(rows.get(0), "document_too_large", "8388608", "memory-limit");
    assertOk(rows.get(1));
  }

  @Test
  void repeatedAndMissingIdsAreErrorRows() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, text string",
            Inputs.row("once", "a"),
            Inputs.row("thrice", "a"),
            Inputs.row("thrice", "b"),
            Inputs.row("thrice", "a"),
            Inputs.row(null, "c"),
            Inputs.row("twice", "d"),
            Inputs.row("twice", "e"));
    List<ArrowRow> rows = run("out", input).run(Inputs.spark());
    assertThat(rows).hasSize(4);
    assertFailed(rows.get(0), "null_id", "id is null");
    assertThat(rows.get(0).text("error_message")).endsWith("the id is null");
    assertThat(rows.get(0).get("doc_id")).isNull();
    assertOk(rows.get(1));
    assertFailed(rows.get(2), "duplicate_id", "thrice", "3 rows", "part-column");
    assertFailed(rows.get(3), "duplicate_id", "twice", "2 rows");
  }

  @Test
  void documentsWithoutQuestions() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string, questions array<string>",
            Inputs.row(1, "a", List.of("b", "c")),
            Inputs.row(2, "a", List.of()),
            Inputs.row(3, "a", null),
            Inputs.row(4, "a", Arrays.asList("b", null)));
    RunBuilder asked = run("out", input).task(Task.GENERATE).questions("questions");
    List<ArrowRow> rows = asked.run(Inputs.spark());
    assertThat(rows).hasSize(5);
    assertThat(rows.get(1).get("question_index")).isEqualTo(1);
    assertFailed(rows.get(2), "no_question", "questions", "prompt-suffix");
    assertFailed(rows.get(3), "no_question", "questions");
    assertFailed(rows.get(4), "null_question", "question 1");

    List<ArrowRow> suffixed =
        run("out2", input)
            .task(Task.GENERATE)
            .questions("questions")
            .prompt("", "b")
            .run(Inputs.spark());
    assertThat(suffixed.get(2).get("text")).isEqualTo(suffixed.get(0).get("text"));
    assertOk(suffixed.get(3));
  }

  @Test
  void fileThatCannotBeReadFailsTheRunAndIsNamed() throws IOException {
    Path input =
        Inputs.write(
            folder.resolve("in"), 1, "id int, text string", Inputs.row(1, "x".repeat(5000)));
    Path file = TestInvalidRuns.parquetFile(input);
    try (Stream<Path> checksums = Files.list(input)) {
      for (Path checksum : checksums.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(checksum);
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] noise = new byte[60];
      Arrays.fill(noise, (byte) 0xff);
      bytes.seek(4);
      bytes.write(noise);
    }
    RunBuilder run = run("out", input);
    assertThatThrownBy(() -> run.run(Inputs.spark()))
        .isInstanceOf(FailedRunException.class)
        .hasMessageContaining(file.getFileName().toString());
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
  }

  private static ArrowRow row(List<ArrowRow> rows, String id) {
    return rows.stream().filter(row -> row.text("doc_id").equals(id)).findFirst().orElseThrow();
  }
}
