package org.longread.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Compression;
import org.longread.job.JobConf.Generation;
import org.longread.job.JobConf.Task;

/** Runs from Parquet to Arrow on the demo model. */
class TestInferenceJob {
  private static final int NEEDLES = 4;

  @TempDir Path folder;

  @Test
  void answersQuestionsWithTheirEvidence() throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), NEEDLES);
    Map<String, Row> asked = new HashMap<>();
    Inputs.spark()
        .read()
        .parquet(input.toString())
        .collectAsList()
        .forEach(row -> asked.put(row.getAs("id"), row));

    List<ArrowRow> rows = generate("out").input(input).evidence(2).run(Inputs.spark());

    assertThat(rows).hasSize(NEEDLES);
    for (ArrowRow row : rows) {
      Row document = asked.get(row.text("doc_id"));
      String text = document.getAs("text");
      String answer = document.<String>getList(document.fieldIndex("answers")).get(0);
      assertThat(row.text("text")).isEqualTo(answer);
      assertThat(row.text("finish_reason")).isEqualTo("stop");
      assertThat(row.number("output_tokens")).isEqualTo(answer.length() + 1);
      assertThat(row.number("output_log_prob")).isBetween(-2.0, 0.0);
      String question = document.<String>getList(document.fieldIndex("questions")).get(0);
      assertThat(row.number("prompt_tokens")).isEqualTo(1 + text.length() + question.length());
      assertThat(row.evidence()).hasSizeBetween(1, 2);
      Map<String, Object> best = row.evidence().get(0);
      String span =
          text.substring(
              ((Long) best.get("start")).intValue(), ((Long) best.get("end")).intValue());
      assertThat(span).containsPattern("The access code of \\w+: " + answer + "\\.");
      assertThat((Float) best.get("weight")).isBetween(0.1f, 1f);
    }
  }

  @Test
  void resultsDependOnNothingButTheDocument() throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), NEEDLES);
    List<ArrowRow> expected =
        generate("one").input(input).evidence(3).partitions(1).run(Inputs.spark());

    assertThat(generate("seven").input(input).evidence(3).partitions(7).run(Inputs.spark()))
        .isEqualTo(expected);
    assertThat(
            generate("unbatched")
                .input(input)
                .evidence(3)
                .partitions(1)
                .maxBatchSequences(1)
                .run(Inputs.spark()))
        .isEqualTo(expected);
    Path shuffled = folder.resolve("shuffled");
    Inputs.spark()
        .read()
        .parquet(input.toString())
        .repartition(3)
        .orderBy("text")
        .write()
        .parquet(shuffled.toString());
    assertThat(generate("three").input(shuffled).evidence(3).partitions(2).run(Inputs.spark()))
        .isEqualTo(expected);
    Path alone = folder.resolve("alone");
    Inputs.spark().read().parquet(input.toString()).limit(1).write().parquet(alone.toString());
    List<ArrowRow> single = generate("single").input(alone).evidence(3).run(Inputs.spark());
    assertThat(expected).containsAll(single).hasSizeGreaterThan(single.size());
    assertThat(generate("slot").input(input).evidence(3).partitions(2).run(Inputs.spark(1)))
        .isEqualTo(expected);
    Inputs.spark(2);
  }

  @Test
  void sampledTextDependsOnIdAndSeedOnly() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string",
            Inputs.row("a", "In the beginning"),
            Inputs.row("b", "In the beginning"),
            Inputs.row("c", "And it came to pass"));
    List<ArrowRow> first = sample("s1", 5).input(input).partitions(1).run(Inputs.spark());
    List<ArrowRow> again = sample("s2", 5).input(input).partitions(3).run(Inputs.spark());
    List<ArrowRow> other = sample("s3", 6).input(input).run(Inputs.spark());

    assertThat(again).isEqualTo(first);
    assertThat(other.get(0).text("text")).isNotEqualTo(first.get(0).text("text"));
    assertThat(first.get(0).text("text")).isNotEqualTo(first.get(1).text("text"));
    assertThat(first).allSatisfy(row -> assertThat(row.text("finish_reason")).isEqualTo("length"));
  }

  @Test
  void scoresDocumentsAndContinuations() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id long, text binary, next string",
            Inputs.row(1L, "In the beginning God created".getBytes(UTF_8), " the heaven"),
            Inputs.row(2L, "In the beginning God created".getBytes(UTF_8), " zq@#x"),
            Inputs.row(3L, new byte[0], ""));
    List<ArrowRow> documents = score("documents").input(input).run(Inputs.spark());
    List<ArrowRow> continued =
        score("continued").input(input).continuation("next").evidence(1).run(Inputs.spark());

    assertThat(documents.get(0).get("doc_id")).isEqualTo(1L);
    double sum = documents.get(0).number("log_prob_sum");
    assertThat(documents.get(0).number("bits_per_byte"))
        .isCloseTo(-sum / Math.log(2) / 28, within(1e-12));
    assertThat(documents.get(2).number("log_prob_sum")).isZero();
    assertThat(documents.get(2).get("bits_per_byte")).isNull();
    assertThat(documents.get(2).text("status")).isEqualTo("ok");
    assertThat(continued.get(0).number("bits_per_byte"))
        .isLessThan(continued.get(1).number("bits_per_byte"));
    assertThat(continued.get(0).evidence()).hasSize(1);
    assertThat(continued.get(2).number("log_prob_sum")).isZero();
  }

  @Test
  void tokensGiveTheSameScoreAsTheirText() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, tokens array<int>, text string",
            Inputs.row(7, List.of(256, 65, 66, 67, 68), "ABCD"));
    ArrowRow tokens = score("t").input(input).tokens("tokens").run(Inputs.spark()).get(0);
    ArrowRow text = score("s").input(input).run(Inputs.spark()).get(0);

    assertThat(tokens.get("doc_id")).isEqualTo(7);
    assertThat(tokens.get("log_prob_sum")).isEqualTo(text.get("log_prob_sum"));
    assertThat(tokens.get("bits_per_byte")).isNull();
    assertThat(tokens.get("prompt_tokens")).isEqualTo(text.get("prompt_tokens")).isEqualTo(5L);
  }

  @Test
  void embedsByMeanAndByLastPosition() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"), 1, "id string, text string", Inputs.row("a", "Jerusalem"));
    ArrowRow mean =
        new RunBuilder(folder.resolve("mean"))
            .input(input)
            .task(Task.EMBED)
            .run(Inputs.spark())
            .get(0);
    ArrowRow last =
        new RunBuilder(folder.resolve("last"))
            .input(input)
            .task(Task.EMBED)
            .pooling(JobConf.Pooling.LAST)
            .compression(Compression.ZSTD)
            .run(Inputs.spark())
            .get(0);

    assertThat((List<?>) mean.get("embedding")).hasSize(192);
    assertThat((List<?>) last.get("embedding")).hasSize(192).isNotEqualTo(mean.get("embedding"));
  }

  @Test
  void writesStatisticsAndManifest() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, text string",
            Inputs.row("a", "word ".repeat(40)),
            Inputs.row("b", "word"),
            Inputs.row("c", null));
    Path output = folder.resolve("out");
    RunBuilder run =
        new RunBuilder(output).input(input).partitions(2).usdPerHour(36).sampleQuality(1);
    RunSummary summary = InferenceJob.run(Inputs.spark(), run.conf());

    assertThat(summary.documents()).isEqualTo(3);
    assertThat(summary.failedRows()).isEqualTo(1);
    assertThat(summary.inputTokens()).isEqualTo(201 + 5);
    List<ArrowRow> statistics = ArrowRow.read(output.resolve("stats"));
    assertThat(statistics).hasSize(2);
    assertThat(statistics.stream().mapToDouble(row -> row.number("tokens_in")).sum())
        .isEqualTo(206);
    assertThat(statistics.stream().mapToDouble(row -> row.number("cost_usd")).sum())
        .isEqualTo(summary.costUsd().getAsDouble());
    assertThat(statistics.get(0).text("run_id")).isEqualTo(summary.runId());
    assertThat(run.results())
        .allSatisfy(row -> assertThat(row.number("cost_usd")).isGreaterThan(0));
    assertThat(run.results().get(0).number("captured_mass")).isBetween(0.1, 1.0);

    JsonNode manifest = new ObjectMapper().readTree(output.resolve("manifest.json").toFile());
    assertThat(manifest.at("/counts/rows").asLong()).isEqualTo(3);
    assertThat(manifest.at("/counts/outcomes/ok").asLong()).isEqualTo(2);
    assertThat(manifest.at("/counts/outcomes/null_text").asLong()).isEqualTo(1);
    assertThat(manifest.at("/fingerprint/model_sha256").asText()).hasSize(64);
    assertThat(manifest.at("/fingerprint/code").asText()).isEqualTo("1");
    assertThat(manifest.at("/lineage/inputs/0/namespace").asText()).isEqualTo("file");
    assertThat(manifest.at("/lineage/inputs/0/name").asText()).startsWith(folder.toString());
    assertThat(manifest.at("/totals/stage_ns/experts").asLong()).isPositive();
    for (JsonNode file : manifest.at("/results")) {
      assertThat(output.resolve(file.asText())).isRegularFile();
    }
    assertThat(output.resolve("results/_temporary")).doesNotExist();
    assertThat(output.resolve("stats/_temporary")).doesNotExist();
  }

  @Test
  void equalRunsWriteEqualFiles() throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), 2);
    score("a").input(input).partitions(2).run(Inputs.spark());
    score("b").input(input).partitions(2).run(Inputs.spark());
    List<Path> first = ArrowRow.files(folder.resolve("a/results"));
    List<Path> second = ArrowRow.files(folder.resolve("b/results"));
    assertThat(first).hasSize(2);
    for (int i = 0; i < first.size(); i++) {
      assertThat(first.get(i)).hasSameBinaryContentAs(second.get(i));
    }
  }

  @Test
  void emptyInputGivesAnEmptyTable() throws Exception {
    Path input = Inputs.write(folder.resolve("in"), 1, "id string, text string");
    assertThat(score("out").input(input).run(Inputs.spark())).isEmpty();
    assertThat(ArrowRow.files(folder.resolve("out/results"))).hasSize(1);
    assertThat(folder.resolve("out/manifest.json")).isRegularFile();
  }

  @Test
  void runsUnderKryoAsUnderJava() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, part int, text string, questions array<string>",
            Inputs.row("a", 1, "b", List.of("c", "d")),
            Inputs.row("a", 0, "a", null),
            Inputs.row("b", 1, null, null));
    List<ArrowRow> java = generate("java").input(input).parts("part").run(Inputs.spark());
    SparkSession kryo =
        Inputs.spark("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    assertThat(generate("kryo").input(input).parts("part").run(kryo)).isEqualTo(java);
    kryo.stop();
  }

  @Test
  void modelComesFromAnyFileSystem() throws Exception {
    Path input =
        Inputs.write(folder.resolve("in"), 1, "id string, text string", Inputs.row("a", "Ruth"));
    SparkSession spark = Inputs.spark();
    spark.sparkContext().hadoopConfiguration().set("fs.far.impl", FarFileSystem.class.getName());
    List<ArrowRow> near = score("near").input(input).run(spark);
    List<ArrowRow> far =
        score("far")
            .input(input)
            .model("far://" + RunBuilder.MODEL.toAbsolutePath().normalize())
            .run(spark);
    assertThat(far).isEqualTo(near);
  }

  /** The local disk under another name. */
  public static final class FarFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("far:///");
    }

    @Override
    public String getScheme() {
      return "far";
    }
  }

  private RunBuilder generate(String output) {
    return new RunBuilder(folder.resolve(output)).task(Task.GENERATE).questions("questions");
  }

  private RunBuilder sample(String output, long seed) {
    return new RunBuilder(folder.resolve(output))
        .task(Task.GENERATE)
        .generation(new Generation(12, List.of(), 1.2, 0.95, seed));
  }

  private RunBuilder score(String output) {
    return new RunBuilder(folder.resolve(output)).task(Task.SCORE);
  }
}
