package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Task;

/** Documents split over rows. */
class TestDocumentParts {
  private static final String TEXT = "The access code of Korvin: 48213. Caf\u00e9 \ud83d\ude00!";

  @TempDir Path folder;

  @Test
  void scrambledPartsAreOneDocument() throws Exception {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    int cut = bytes.length - 4; // within the emoji
    List<String> questions = List.of("Question: What is the access code of Korvin? Answer: ");
    String schema = "id string, part int, text binary, questions array<string>";
    Path parts =
        Inputs.write(
            folder.resolve("parts"),
            3,
            schema,
            Inputs.row("a", 2, Arrays.copyOfRange(bytes, 5, cut), List.of()),
            Inputs.row("b", 0, "zero".getBytes(StandardCharsets.UTF_8), questions),
            Inputs.row("a", 3, Arrays.copyOfRange(bytes, cut, bytes.length), questions),
            Inputs.row("a", 1, Arrays.copyOf(bytes, 5), null));
    Path whole =
        Inputs.write(
            folder.resolve("whole"),
            1,
            schema,
            Inputs.row("a", 0, bytes, questions),
            Inputs.row("b", 0, "zero".getBytes(StandardCharsets.UTF_8), questions));

    List<ArrowRow> assembled = run("out1", parts).parts("part").run(Inputs.spark());
    assertThat(assembled.get(0).text("text")).isEqualTo("48213");
    assertThat(run("out2", whole).run(Inputs.spark())).isEqualTo(assembled);
  }

  @Test
  void partsMissingOrTwiceAreErrorRows() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id int, part long, text string, questions array<string>",
            Inputs.row(1, 0L, "a", List.of("b")),
            Inputs.row(1, 2L, "c", null),
            Inputs.row(2, 2L, "b", List.of("b")),
            Inputs.row(2, 3L, "c", null),
            Inputs.row(3, 1L, "a", List.of("b")),
            Inputs.row(3, 1L, "a", null),
            Inputs.row(4, 0L, "a", List.of("b")),
            Inputs.row(4, null, "a", null),
            Inputs.row(5, 1L, "a", List.of("b")),
            Inputs.row(5, 2L, null, null),
            Inputs.row(6, 1L, "a", List.of("b")),
            Inputs.row(6, 2L, "b", null));
    List<ArrowRow> rows = run("out", input).parts("part").run(Inputs.spark());

    assertThat(rows.stream().map(row -> row.text("error_code")))
        .containsExactly(
            "missing_part", "missing_part", "duplicate_part", "null_part", "null_text", null);
    assertThat(rows.get(0).text("error_message")).contains("document 1", "part 1 is missing");
    assertThat(rows.get(1).text("error_message")).contains("document 2", "part 1 is missing");
    assertThat(rows.get(2).text("error_message")).contains("part 1");
    assertThat(rows.get(3).text("error_message")).contains("1 of 2 rows");
    assertThat(rows.get(4).text("error_message")).contains("part 2");
  }

  @Test
  void partsOfTokensAreJoined() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id short, part byte, tokens array<short>",
            Inputs.row((short) 1, (byte) 1, List.of((short) 66, (short) 67)),
            Inputs.row((short) 1, (byte) 0, List.of((short) 256, (short) 65)),
            Inputs.row(
                (short) 2, (byte) 0, List.of((short) 256, (short) 65, (short) 66, (short) 67)));
    List<ArrowRow> rows =
        new RunBuilder(folder.resolve("out"))
            .input(input)
            .tokens("tokens")
            .parts("part")
            .run(Inputs.spark());
    assertThat(rows.get(0).get("doc_id")).isEqualTo((short) 1);
    assertThat(rows.get(0).get("log_prob_sum")).isEqualTo(rows.get(1).get("log_prob_sum"));
  }

  private RunBuilder run(String output, Path input) {
    return new RunBuilder(folder.resolve(output))
        .input(input)
        .task(Task.GENERATE)
        .questions("questions")
        .evidence(2);
  }
}
