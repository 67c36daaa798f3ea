package org.longread.job.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;
import org.longread.job.write.ArrowTables;
import org.longread.job.write.Manifest;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.Stage;

/**
 * The job run once over the demo's documents, and what it wrote.
 *
 * @param summary what the run did
 * @param answers one per question, shortest documents first
 * @param backend backend and hardware, as the statistics have them
 */
record DemoRun(RunSummary summary, List<DemoAnswer> answers, String backend) {
  /** Stages whose work depends on how many tokens are attended to. */
  private static final List<Stage> ATTENDING =
      List.of(Stage.INDEXER, Stage.SELECTION, Stage.ATTENTION);

  /** Reads documents the demo does not report on, so that the JVM has compiled what it will run. */
  static void warmUp(SparkSession spark, DemoData data) {
    for (String attention : List.of("sparse", "dense")) {
      Path output = data.warmUp().resolve(attention);
      InferenceJob.run(spark, conf(data, data.warmUpInput(), attention, output));
    }
  }

  /** Runs the job and reads its Arrow files back. */
  static DemoRun run(
      SparkSession spark, DemoData data, String attention, List<DemoQuestion> questions) {
    Path output = data.output().resolve(attention);
    RunSummary summary = InferenceJob.run(spark, conf(data, data.input(), attention, output));
    Map<String, DemoQuestion> byKey =
        questions.stream().collect(Collectors.toMap(q -> key(q.docId(), q.index()), q -> q));
    Map<String, DemoAnswer> answers = new TreeMap<>();
    ArrowTables.forEachRow(
        output,
        Manifest::results,
        row -> {
          String key = key(row.get("doc_id"), row.get("question_index"));
          answers.put(key, new DemoAnswer(byKey.get(key), row));
        });
    Set<String> backends = new TreeSet<>();
    ArrowTables.forEachRow(
        output,
        Manifest::statistics,
        row -> backends.add("%s (%s)".formatted(row.get("backend"), row.get("device"))));
    return new DemoRun(summary, List.copyOf(answers.values()), String.join(", ", backends));
  }

  private static String key(Object docId, Object index) {
    return docId + " " + index;
  }

  private static JobConf conf(DemoData data, Path input, String attention, Path output) {
    Map<String, String> values = new TreeMap<>();
    values.put("input", input.toString());
    values.put("output", output.toString());
    values.put("model", data.model().toString());
    values.put("task", "generate");
    values.put("questions-column", "questions");
    values.put("stop", ".");
    values.put("max-new-tokens", "10");
    values.put("evidence-spans", "3");
    values.put("attention", attention);
    values.put("sample-quality", attention.equals("sparse") ? "0.01" : "0");
    return new OptionValues().addCommandLine(values).resolve();
  }

  long right() {
    return answers.stream().filter(DemoAnswer::isRight).count();
  }

  OptionalDouble mean(String column) {
    return answers.stream()
        .flatMap(answer -> answer.number(column).stream())
        .mapToDouble(Double::doubleValue)
        .average();
  }

  long nanos(Stage stage) {
    return summary.stats().nanos().get(stage);
  }

  long flops(Stage stage) {
    return summary.stats().flops().get(stage);
  }

  long attendingNanos() {
    return ATTENDING.stream().mapToLong(this::nanos).sum();
  }

  long attendingFlops() {
    return ATTENDING.stream().mapToLong(this::flops).sum();
  }

  /** Tokens read and written. */
  long tokens() {
    return summary.inputTokens() + summary.outputTokens();
  }

  EngineStats stats() {
    return summary.stats();
  }
}
