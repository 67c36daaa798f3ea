package org.longread.job.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;
import org.longread.job.Units;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.task.Tokens;

/**
 * What the job costs beside the engine: the same documents through embedded Spark, Parquet to
 * Arrow, and through the engine alone, in turn, after both have run once.
 */
final class JobBench {
  private static final int LEAST_BYTES = 4096;
  private static final int MOST_BYTES = 8192;
  private static final int NEW_TOKENS = 8;

  private final Path model;
  private final int documents;
  private final int rounds;
  private final PrintWriter out;

  JobBench(Path model, int documents, int rounds, PrintWriter out) {
    this.model = model;
    this.documents = documents;
    this.rounds = rounds;
    this.out = out;
  }

  /**
   * One run of either.
   *
   * @param inferNanos wall time of the Spark tasks; of the engine alone the whole
   * @param cpuNanos of the process
   */
  private record Timed(long tokens, long wallNanos, long inferNanos, long cpuNanos) {
    double perSecond() {
      return tokens * 1e9 / wallNanos;
    }

    double perInferSecond() {
      return tokens * 1e9 / inferNanos;
    }

    double perCpuSecond() {
      return tokens * 1e9 / cpuNanos;
    }
  }

  /** Measures and prints. */
  void run(SparkSession spark) {
    Path folder = temporary();
    try {
      measure(spark, folder);
    } finally {
      delete(folder);
    }
  }

  private void measure(SparkSession spark, Path folder) {
    List<String> texts = texts();
    Path input = folder.resolve("in");
    write(spark, texts, input);
    int slots = spark.sparkContext().defaultParallelism();
    JobConf conf = conf(input, folder.resolve("conf"));
    List<Timed> alone = new ArrayList<>();
    List<Timed> job = new ArrayList<>();
    List<int[]> prompts = prompts(texts);
    try (BareEngine engine =
        new BareEngine(
            model, conf.engine().chunkTokens(), slots, conf.engine().maxBatchSequences())) {
      for (int round = 0; round <= rounds; round++) {
        alone.add(alone(engine, prompts));
        job.add(job(spark, input, folder.resolve("out" + round)));
      }
    }
    report(slots, alone.subList(1, alone.size()), job.subList(1, job.size()));
  }

  private static Timed alone(BareEngine engine, List<int[]> prompts) {
    long read = prompts.stream().mapToLong(prompt -> prompt.length).sum();
    return timed(
        () -> {
          long start = System.nanoTime();
          long written = engine.run(prompts, NEW_TOKENS);
          return new Timed(read + written, 0, System.nanoTime() - start, 0);
        });
  }

  private Timed job(SparkSession spark, Path input, Path output) {
    return timed(
        () -> {
          RunSummary summary = InferenceJob.run(spark, conf(input, output));
          long tokens = summary.inputTokens() + summary.outputTokens();
          return new Timed(tokens, 0, summary.wallNanos(), 0);
        });
  }

  private static Timed timed(Supplier<Timed> run) {
    long cpu = processNanos();
    long wall = System.nanoTime();
    Timed done = run.get();
    long elapsed = System.nanoTime() - wall;
    return new Timed(done.tokens(), elapsed, done.inferNanos(), processNanos() - cpu);
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private JobConf conf(Path input, Path output) {
    return new OptionValues()
        .addCommandLine(
            Map.of(
                "input", input.toString(),
                "output", output.toString(),
                "model", model.toString(),
                "task", "generate",
                "id-column", "id",
                "max-new-tokens", String.valueOf(NEW_TOKENS),
                "evidence-spans", "0"))
        .resolve();
  }

  private List<int[]> prompts(List<String> texts) {
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(model)) {
      return texts.stream()
          .map(text -> Tokens.join(tokenizer.specialPrefix(), tokenizer.tokenize(text).ids()))
          .toList();
    }
  }

  /** Words that mean nothing, of lengths that differ. */
  private List<String> texts() {
    SplittableRandom random = new SplittableRandom(20_260);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      int bytes = random.nextInt(LEAST_BYTES, MOST_BYTES + 1);
      StringBuilder text = new StringBuilder();
      while (text.length() < bytes) {
        random.ints(random.nextInt(2, 9), 'a', 'z' + 1).forEach(c -> text.append((char) c));
        text.append(random.nextInt(12) == 0 ? ".\n" : " ");
      }
      texts.add(text.substring(0, bytes));
    }
    return texts;
  }

  private static void write(SparkSession spark, List<String> texts, Path folder) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      rows.add(RowFactory.create("d" + i, texts.get(i)));
    }
    spark
        .createDataFrame(rows, StructType.fromDDL("id string, text string"))
        .coalesce(1)
        .write()
        .parquet(folder.toString());
  }

  private void report(int slots, List<Timed> alone, List<Timed> job) {
    out.printf(
        Locale.ROOT,
        "%d documents of %,d to %,d bytes, %d new tokens each, %d threads; medians of %d rounds%n",
        documents,
        LEAST_BYTES,
        MOST_BYTES,
        NEW_TOKENS,
        slots,
        rounds);
    TextTable table = new TextTable().row("tokens per second", "engine alone", "job", "job/engine");
    row(table, "wall, whole run", alone, job, Timed::perSecond);
    row(table, "wall, Spark tasks only", alone, job, Timed::perInferSecond);
    row(table, "CPU of the process", alone, job, Timed::perCpuSecond);
    table.lines("  ").forEach(out::println);
    out.flush();
  }

  private static void row(
      TextTable table,
      String name,
      List<Timed> alone,
      List<Timed> job,
      ToDoubleFunction<Timed> rate) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < job.size(); i++) {
      ratios.add(rate.applyAsDouble(job.get(i)) / rate.applyAsDouble(alone.get(i)));
    }
    table.row(
        name,
        String.format(Locale.ROOT, "%,.0f", median(alone.stream().map(rate::applyAsDouble))),
        String.format(Locale.ROOT, "%,.0f", median(job.stream().map(rate::applyAsDouble))),
        Units.percent(median(ratios.stream())));
  }

  private static double median(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("longread-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder + ": " + e.getMessage(), e);
    }
  }
}
