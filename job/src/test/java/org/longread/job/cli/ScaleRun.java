package org.longread.job.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;
import org.longread.job.Units;

/**
 * A run with many documents, or with one that is very long, and whether it stays inside its memory
 * plan: a folder to work in, a number of documents, tokens of each, heap of an executor in MiB. See
 * .ci/scale.
 *
 * <p>The driver's JVM has Spark's master and workers in it; how many bytes live in its heap is what
 * a collection every three seconds leaves, at most.
 */
public final class ScaleRun {
  private static final Path MODEL = Path.of("..", "deploy", "demo", "model");
  private static final int EXECUTORS = 2;
  private static final int MODEL_TOKENS = 32_768;

  /** Exit status if a bar is missed. */
  private static final int MISSED = 4;

  private ScaleRun() {}

  /** Status 4 if a row is missing or twice, or an executor took more than was planned. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long documents = Long.parseLong(arguments[1]);
    int tokens = Integer.parseInt(arguments[2]);
    int heapMib = Integer.parseInt(arguments[3]);
    boolean holds;
    try (LiveHeap heap = new LiveHeap();
        SparkSession spark = session(heapMib)) {
      Path input = write(spark, folder.resolve("in"), documents, tokens);
      RunSummary run = run(spark, input, folder, tokens);
      RunReport.print(
          run, folder.resolve("out").toString(), new PrintWriter(System.out, true, UTF_8));
      boolean rows = hasEveryRow(spark, folder.resolve("out/results"), documents);
      boolean planned = run.executor().peakBytes() <= run.executor().plannedBytes();
      System.out.printf(
          Locale.ROOT,
          "%,d documents of %,d tokens: %s; executor %s planned, %s at its peak, heap of %d MiB;"
              + " driver %s live at most, heap of %d MiB%n",
          documents,
          tokens,
          rows ? "every row is there once" : "ROWS ARE MISSING OR TWICE",
          Units.bytes(run.executor().plannedBytes()),
          Units.bytes(run.executor().peakBytes()),
          heapMib,
          Units.bytes(heap.mostBytes()),
          Runtime.getRuntime().maxMemory() >> 20);
      Files.writeString(folder.resolve("driver-bytes"), Long.toString(heap.mostBytes()));
      holds = rows && planned;
    }
    System.exit(holds ? 0 : MISSED);
  }

  private static SparkSession session(int heapMib) {
    SparkConf conf =
        Sparks.conf(
            Map.of(
                "spark.executor.cores",
                "1",
                "spark.executor.memory",
                heapMib + "m",
                "spark.executor.extraJavaOptions",
                String.join(" ", HeapOptions.of(1, (long) heapMib << 20)),
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path")),
            "local-cluster[%d,1,%d]".formatted(EXECUTORS, heapMib));
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Texts of so many bytes, each a token of the demo model. */
  private static Path write(SparkSession spark, Path folder, long documents, int tokens) {
    int repeated = 1 + tokens / 33;
    spark
        .range(0, documents, 1, EXECUTORS)
        .selectExpr(
            "concat('d', id) doc_id",
            "substring(repeat(concat(md5(cast(id as string)), ' '), %d), 1, %d) text"
                .formatted(repeated, tokens))
        .write()
        .mode("overwrite")
        .parquet(folder.toString());
    return folder;
  }

  private static RunSummary run(SparkSession spark, Path input, Path folder, int tokens)
      throws IOException {
    JobConf conf =
        new OptionValues()
            .addCommandLine(
                Map.of(
                    "input",
                    input.toString(),
                    "output",
                    folder.resolve("out").toString(),
                    "model",
                    model(folder.resolve("model"), 2 * tokens).toString(),
                    "task",
                    "score"))
            .resolve();
    return InferenceJob.run(spark, conf);
  }

  /** The demo model; a copy that takes longer documents where it must. */
  private static Path model(Path copy, int tokens) throws IOException {
    Path model = MODEL.toAbsolutePath().normalize();
    if (tokens <= MODEL_TOKENS) {
      return model;
    }
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Path config = copy.resolve("config.json");
    String longer =
        Files.readString(config)
            .replace(
                "\"max_position_embeddings\": " + MODEL_TOKENS,
                "\"max_position_embeddings\": " + tokens);
    Files.writeString(config, longer);
    return copy;
  }

  private static boolean hasEveryRow(SparkSession spark, Path results, long documents) {
    Row found =
        spark
            .read()
            .format("arrow")
            .load(results.toString())
            .selectExpr("count(*)", "count_if(status = 'ok')", "count(distinct xxhash64(doc_id))")
            .head();
    return Stream.of(0, 1, 2).allMatch(column -> found.getLong(column) == documents);
  }

  /** What lives in the heap of this JVM, seen every three seconds until closed. */
  private static final class LiveHeap implements AutoCloseable {
    private final AtomicLong most = new AtomicLong();
    private final ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "live-heap");
              thread.setDaemon(true);
              return thread;
            });

    LiveHeap() {
      var unused = clock.scheduleWithFixedDelay(this::look, 3, 3, TimeUnit.SECONDS);
    }

    private void look() {
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      most.accumulateAndGet(used, Math::max);
    }

    long mostBytes() {
      return most.get();
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
