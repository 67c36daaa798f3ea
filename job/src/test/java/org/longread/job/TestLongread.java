package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.Longread;

/** Data frames answered as a run answers files. */
class TestLongread {
  @TempDir Path folder;

  private final SparkSession spark = Inputs.spark();

  private Longread longread() {
    return Longread.on(spark)
        .model(RunBuilder.MODEL.toString())
        .option("id-column", "id")
        .option("max-new-tokens", "8")
        .option("stop", ".");
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("doc_id", "question_index").collectAsList();
  }

  private void assertSameAsRun(Dataset<Row> answers, RunBuilder run) throws Exception {
    run.run(spark);
    Dataset<Row> written =
        spark.read().format("arrow").load(folder.resolve("out").resolve("results").toString());
    assertThat(answers.schema().catalogString()).isEqualTo(written.schema().catalogString());
    assertThat(sorted(answers)).isEqualTo(sorted(written)).isNotEmpty();
  }

  private RunBuilder run(Path input, Task task) {
    return new RunBuilder(folder.resolve("out")).input(input).task(task).evidence(3);
  }

  @Test
  void answersAreThoseOfARun() throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), 4);
    Dataset<Row> documents = spark.read().parquet(input.toString());
    assertSameAsRun(
        longread().option("questions-column", "questions").generate(documents),
        run(input, Task.GENERATE).questions("questions"));
  }

  @Test
  void questionIsTheTextAfterEveryDocument() throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), 2);
    Dataset<Row> documents = spark.read().parquet(input.toString());
    assertSameAsRun(
        longread().question(" Who?").generate(documents),
        run(input, Task.GENERATE).prompt("", " Who?"));
  }

  @Test
  void badDocumentsAreRowsAsInARun() throws Exception {
    byte[] broken = {'a', (byte) 0xff};
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id bigint, text binary",
            Inputs.row(1L, "In the beginning".getBytes(StandardCharsets.UTF_8)),
            Inputs.row(2L, null),
            Inputs.row(3L, broken),
            Inputs.row(4L, "x".repeat(200).getBytes(StandardCharsets.UTF_8)),
            Inputs.row(null, "Genesis".getBytes(StandardCharsets.UTF_8)));
    Dataset<Row> scores =
        longread()
            .option("max-document-tokens", "100")
            .score(spark.read().parquet(input.toString()));
    assertSameAsRun(scores, run(input, Task.SCORE).limit(100, JobConf.OnTooLong.ERROR));
    assertThat(scores.filter("status = 'error'").count()).isEqualTo(4);
  }

  @Test
  void partsBecomeDocuments() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, text string, part int",
            Inputs.row("a", "beginning", 2),
            Inputs.row("a", "In the ", 1),
            Inputs.row("b", "Ruth", 1));
    assertSameAsRun(
        longread().option("part-column", "part").embed(spark.read().parquet(input.toString())),
        run(input, Task.EMBED).parts("part"));
  }

  @Test
  void documentsAreReadWhenRowsAreAskedFor() {
    Dataset<Row> unreadable =
        spark.sql("SELECT 'a' AS id, string(raise_error('was read')) AS text");
    Dataset<Row> scores = longread().score(unreadable);
    assertThatThrownBy(scores::collectAsList).hasMessageContaining("was read");
  }

  @Test
  void transformsAFrame() {
    Dataset<Row> documents = spark.sql("SELECT 1 AS id, 'Ruth' AS text");
    Longread longread = longread();
    assertThat(documents.transform(longread::score).collectAsList())
        .isEqualTo(longread.score(documents).collectAsList())
        .hasSize(1);
  }

  @Test
  void sessionHasOptionsToo() {
    Dataset<Row> documents = spark.sql("SELECT 1 AS id, 'Ruth and Naomi' AS text");
    spark.conf().set("spark.longread.max-document-tokens", "4");
    spark.conf().set("spark.longread.on-too-long", "head");
    spark.conf().set("spark.longread.output", "for runs alone");
    try {
      assertThat(longread().score(documents).first().<Boolean>getAs("truncated")).isTrue();
      assertThat(
              longread()
                  .option("max-document-tokens", "0")
                  .score(documents)
                  .first()
                  .<Boolean>getAs("truncated"))
          .isFalse();
    } finally {
      spark.conf().unset("spark.longread.max-document-tokens");
      spark.conf().unset("spark.longread.on-too-long");
      spark.conf().unset("spark.longread.output");
    }
  }

  @Test
  void mistakesAreFoundByTheCall() {
    Dataset<Row> documents = spark.sql("SELECT 1 AS id, 'Ruth' AS text, 1.5 AS price");
    assertInvalid(longread().option("top-q", "1"), documents, "top-q", "did you mean top-k?");
    assertInvalid(longread().option("top-k", "no"), documents, "top-k: no", "in option(...)");
    assertInvalid(longread().option("text-column", "texd"), documents, "texd", "mean text?");
    assertInvalid(longread().option("text-column", "price"), documents, "string or binary");
    assertInvalid(longread().model("no/such/model"), documents, "Cannot open model no/such/model");
    assertInvalid(longread().option("output", "x"), documents, "Invalid output: x", "data frame");
    assertInvalid(Longread.on(spark), documents, "Invalid model: none given");
  }

  private static void assertInvalid(Longread longread, Dataset<Row> documents, String... says) {
    assertThatThrownBy(() -> longread.score(documents))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll(says);
  }
}
