package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.AskFunction;
import org.longread.job.sql.EmbedFunction;
import org.longread.job.sql.GenerateFunction;
import org.longread.job.sql.LongreadCatalog;
import org.longread.job.sql.ScoreFunction;
import org.longread.job.sql.TokensFunction;

/** Functions and procedure of SQL, held to the rows of a run. */
class TestSqlFunctions {
  private static final String CATALOG = "spark.sql.catalog.";

  @TempDir Path folder;
  private SparkSession spark;

  /** A session of our own: catalogs and settings stay in it. */
  @BeforeEach
  void openSession() {
    spark = Inputs.spark().newSession();
    SparkSession.setActiveSession(spark);
    catalog("lr", "model", RunBuilder.MODEL.toString());
    catalog("lr", "max-new-tokens", "8");
    catalog("lr", "stop", ".");
  }

  private void catalog(String name, String option, String value) {
    spark.conf().set(CATALOG + name, LongreadCatalog.class.getName());
    spark.conf().set(CATALOG + name + "." + option, value);
  }

  private void session(String option, String value) {
    spark.conf().set("spark.longread." + option, value);
  }

  private List<Row> rows(String sql) {
    return spark.sql(sql).collectAsList();
  }

  private Row only(String sql) {
    List<Row> rows = rows(sql);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private void needles() {
    Path input = Inputs.needles(folder.resolve("in"), 3);
    spark.read().parquet(input.toString()).createOrReplaceTempView("needles");
  }

  /** The rows a run writes, in order of documents, less id and question. */
  private List<Row> run(Task task, String questions) throws Exception {
    RunBuilder run = new RunBuilder(folder.resolve(task.name())).input(folder.resolve("in"));
    run.task(task).questions(questions).evidence(3).run(spark);
    Dataset<Row> written =
        spark
            .read()
            .format("arrow")
            .load(folder.resolve(task.name()).resolve("results").toString())
            .orderBy("doc_id")
            .drop("doc_id", "question_index");
    assertThat(only("SELECT lr.score('')").schema().apply(0).dataType().catalogString())
        .isEqualTo(written.schema().catalogString());
    return written.collectAsList();
  }

  private List<Row> answers(String call) {
    return spark
        .sql("SELECT id, " + call + " AS r FROM needles")
        .orderBy("id")
        .select("r.*")
        .collectAsList();
  }

  @Test
  void answersAreThoseOfARun() throws Exception {
    needles();
    assertThat(answers("lr.generate(text, questions[0])"))
        .isEqualTo(run(Task.GENERATE, "questions"));
    assertThat(answers("lr.score(text)")).isEqualTo(run(Task.SCORE, ""));
    assertThat(answers("lr.embed(text)")).isEqualTo(run(Task.EMBED, ""));
  }

  @Test
  void everySessionWithTheJarHasTheFunctions() {
    needles();
    session("model", RunBuilder.MODEL.toString());
    session("max-new-tokens", "8");
    session("stop", ".");
    for (String call :
        List.of("generate(text, questions[0])", "generate(text)", "score(text)", "embed(text)")) {
      assertThat(answers("longread_" + call)).isEqualTo(answers("lr." + call)).hasSize(3);
    }
    assertThat(rows("SELECT longread_tokens(text) FROM needles"))
        .isEqualTo(rows("SELECT lr.tokens(text) FROM needles"));
  }

  @Test
  void describeSaysHowAFunctionIsCalled() {
    assertThat(rows("DESCRIBE FUNCTION longread_generate").toString())
        .contains("Usage: longread_generate(text[, question]) - the answer to a question");
    assertThat(rows("DESCRIBE FUNCTION longread_tokens").toString())
        .contains("Usage: longread_tokens(text) - token ids");
  }

  @Test
  void registeredClassesAnswerTheSame() {
    needles();
    session("model", RunBuilder.MODEL.toString());
    session("max-new-tokens", "8");
    session("stop", ".");
    var type = only("SELECT lr.score('')").schema().apply(0).dataType();
    spark.udf().registerJava("my_generate", GenerateFunction.class.getName(), type);
    spark.udf().registerJava("my_ask", AskFunction.class.getName(), type);
    spark.udf().registerJava("my_score", ScoreFunction.class.getName(), type);
    spark.udf().registerJava("my_embed", EmbedFunction.class.getName(), type);
    spark.udf().registerJava("my_tokens", TokensFunction.class.getName(), null);
    assertThat(answers("my_generate(text)")).isEqualTo(answers("lr.generate(text)"));
    assertThat(answers("my_ask(text, questions[0])"))
        .isEqualTo(answers("lr.generate(text, questions[0])"));
    assertThat(answers("my_score(text)")).isEqualTo(answers("lr.score(text)"));
    assertThat(answers("my_embed(text)")).isEqualTo(answers("lr.embed(text)"));
    assertThat(only("SELECT my_tokens('Ruth'), my_tokens(null), my_score(null)"))
        .isEqualTo(only("SELECT lr.tokens('Ruth'), lr.tokens(null), lr.score(null)"));
  }

  @Test
  void nullIsNullAndABadDocumentIsARow() {
    Row row =
        only(
            "SELECT lr.generate(null), lr.generate(null, 'Who?'), lr.tokens(null),"
                + " lr.score(x'ff').error_code, lr.generate('Ruth', null).error_code,"
                + " lr.score('Ruth', null).error_code, lr.tokens(x'ff')");
    assertThat(row.isNullAt(0) && row.isNullAt(1) && row.isNullAt(2) && row.isNullAt(6)).isTrue();
    assertThat(row.getString(3)).isEqualTo("invalid_utf8");
    assertThat(row.getString(4)).isEqualTo("null_question");
    assertThat(row.getString(5)).isEqualTo("null_continuation");
  }

  @Test
  void rowsFunctionsYieldTheTableOfARun() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string, questions array<string>, continuation string",
            Inputs.row(1, "Ruth", List.of(" Who?", " Where?"), "and Naomi"),
            Inputs.row(2, null, List.of(" Who?"), "and Naomi"),
            Inputs.row(3, "Ruth", List.of(), null),
            Inputs.row(null, "Ruth", null, ""));
    spark.read().parquet(input.toString()).createOrReplaceTempView("documents");
    catalog("lr", "temperature", "1.5");
    assertThat(table("lr.generate_rows(id, text, questions)"))
        .isEqualTo(written(Task.GENERATE, run -> run.questions("questions").generation(drawn())));
    assertThat(table("lr.score_rows(id, text, continuation)"))
        .isEqualTo(written(Task.SCORE, run -> run.continuation("continuation")));
    assertThat(table("lr.embed_rows(id, text)")).isEqualTo(written(Task.EMBED, run -> run));
    assertFails("SELECT lr.embed_rows(1.5, 'a')", "expected embed_rows(id, text)");
    assertFails("SELECT lr.generate_rows(1, 'a', 'b')", "array of questions");
    assertFails("SELECT lr.tokens_rows(1, 'a')", "tokens_rows");
  }

  private static JobConf.Generation drawn() {
    return new JobConf.Generation(8, List.of("."), 1.5, 1, 0);
  }

  private List<Row> table(String call) {
    return spark
        .sql("SELECT inline(" + call + ") FROM documents")
        .orderBy("doc_id", "question_index")
        .collectAsList();
  }

  private List<Row> written(Task task, UnaryOperator<RunBuilder> more) throws Exception {
    RunBuilder run = new RunBuilder(folder.resolve(task.name())).input(folder.resolve("in"));
    more.apply(run.task(task).evidence(3)).run(spark);
    return spark
        .read()
        .format("arrow")
        .load(folder.resolve(task.name()).resolve("results").toString())
        .orderBy("doc_id", "question_index")
        .collectAsList();
  }

  @Test
  void binaryTextIsText() {
    assertThat(rows("SELECT lr.score(cast('Ruth' AS BINARY)), lr.tokens(cast('Ruth' AS BINARY))"))
        .isEqualTo(rows("SELECT lr.score('Ruth'), lr.tokens('Ruth')"));
    assertThat(only("SELECT lr.tokens('Ruth')").getList(0)).containsExactly(82, 117, 116, 104);
  }

  @Test
  void answerMayBeFilteredAndShown() {
    needles();
    String all = "(SELECT id, lr.generate(text, questions[0]) AS r FROM needles)";
    assertThat(rows("SELECT id, r.text FROM " + all + " WHERE r.finish_reason = 'stop' ORDER BY 1"))
        .isEqualTo(rows("SELECT id, answers[0] FROM needles ORDER BY 1"));
    assertThat(only("SELECT count(*) FROM " + all + " WHERE r.text = 'nothing'").getLong(0))
        .isZero();
  }

  @Test
  void catalogsHaveOptionsOfTheirOwnAboveTheSessions() {
    session("max-document-tokens", "4");
    session("on-too-long", "head");
    catalog("all", "model", RunBuilder.MODEL.toString());
    catalog("all", "max-document-tokens", "0");
    Row row = only("SELECT lr.score('Ruth and Naomi').truncated, all.score('Ruth').truncated");
    assertThat(row.getBoolean(0)).isTrue();
    assertThat(row.getBoolean(1)).isFalse();
  }

  @Test
  void mistakesAreFoundWhenAQueryIsAnalysed() {
    catalog("bad", "modl", "x");
    assertFails("SELECT bad.score('a')", "modl (unknown; did you mean model?)", "catalog.bad");
    catalog("columns", "text-column", "x");
    assertFails("SELECT columns.score('a')", "Invalid text-column: x", "arguments");
    catalog("files", "output", "x");
    assertFails("SELECT files.score('a')", "Invalid output: x", "files to files");
    catalog("nowhere", "model", "no/such/model");
    assertFails("SELECT nowhere.score('a')", "Cannot open model no/such/model");
    assertFails("SELECT nowhere.tokens('a')", "Cannot open model no/such/model");
    assertFails("SELECT lr.embed('a', 'b')", "Invalid arguments: 2 (expected embed(text))");
    assertFails("SELECT lr.generate(1)", "generate(text[, question]): int", "string or binary");
    assertFails("SELECT lr.generate('a', 1)", "Invalid argument 2", "(expected string)");
    assertFails("SELECT lr.summarise('a')", "summarise");
    assertFails("SELECT longread_score('a')", "Invalid model: none given");
  }

  private void assertFails(String sql, String... says) {
    assertThatThrownBy(() -> spark.sql(sql)).hasMessageContainingAll(says);
  }

  @Test
  void procedureRunsTheJob() throws Exception {
    needles();
    Path output = folder.resolve("called");
    String call =
        "CALL lr.run(input => '%s', output => '%s', task => 'generate', id_column => 'id',"
            + " questions_column => 'questions', max_new_tokens => 8)";
    Row row = only(call.formatted(folder.resolve("in"), output));
    assertThat(row.<Long>getAs("rows")).isEqualTo(3);
    assertThat(row.<Long>getAs("failed_rows")).isZero();
    assertThat(row.<String>getAs("output")).isEqualTo(output.toString());
    assertThat(spark.read().format("arrow").load(output.resolve("results").toString()).count())
        .isEqualTo(3);
  }

  @Test
  void procedureFailsAsARunDoes() {
    assertFails("CALL lr.run(task => 'generat')", "Invalid task: generat", "Invalid input: none");
    assertFails("CALL lr.walk()", "walk");
    Path input = Inputs.write(folder.resolve("in"), 1, "id int, text string", Inputs.row(1, null));
    String call = "CALL lr.run(input => '%s', output => '%s', task => 'score', id_column => 'id')";
    assertFails(
        call.formatted(input, folder.resolve("out")), "1 of 1 rows failed", "max-failed-fraction");
  }
}
