package org.longread.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.longread.job.read.BalancedPartitions;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.DocumentSource;
import org.longread.job.sql.Longread;

/**
 * Measures how even the work of executors is on a heavy-tailed mix of lengths, beside Spark's own
 * partitions of the same files: a folder to work in, a number of documents, and the two bars. See
 * .ci/skew.
 *
 * <p>Busy time is processor time of Spark tasks, each of which computes on one thread: other work
 * of the machine does not count. Total time is when the last of two slots ends if tasks start in
 * Spark's order and nothing else runs.
 */
public final class SkewRun {
  private static final int SLOTS = 2;
  private static final int LONGEST = 8_000;
  private static final Path MODEL = RunBuilder.MODEL.toAbsolutePath().normalize();

  private SkewRun() {}

  /** Processor nanoseconds of tasks, by stage and place in it. */
  private static final class Busy extends SparkListener {
    private final Map<Integer, Map<Integer, Long>> byStage = new HashMap<>();

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      byStage
          .computeIfAbsent(end.stageId(), stage -> new HashMap<>())
          .merge(end.taskInfo().index(), end.taskMetrics().executorCpuTime(), Long::sum);
    }

    /** Seconds of the tasks of the stage that computed most, in the order they start. */
    synchronized double[] seconds() {
      return byStage.values().stream()
          .map(
              tasks ->
                  IntStream.range(0, tasks.size()).mapToDouble(i -> tasks.get(i) / 1e9).toArray())
          .max(Comparator.comparingDouble(tasks -> Arrays.stream(tasks).sum()))
          .orElseThrow();
    }
  }

  /** Status 4 if a bar is missed. */
  public static void main(String[] arguments) throws Exception {
    double busyBar = Double.parseDouble(arguments[2]);
    double totalBar = Double.parseDouble(arguments[3]);
    boolean holds;
    try (SparkSession spark = session()) {
      Path folder = Path.of(arguments[0]);
      Path warm = write(spark, folder.resolve("warm"), lengths(150, 5), 2);
      int[] lengths = lengths(Integer.parseInt(arguments[1]), 7);
      Arrays.sort(lengths); // as a table sorted by anything that goes with length is
      Path input = write(spark, folder.resolve("in"), lengths, 8);
      planned(spark, warm, folder.resolve("warm-out"));
      double[] ours = busy(spark, () -> planned(spark, input, folder.resolve("out")));
      double[] sparks = busy(spark, () -> byFiles(spark, input));
      double evenness = Arrays.stream(ours).max().orElseThrow() / mean(ours);
      double total = makespan(ours) / makespan(sparks);
      print("planned by Longread", ours);
      print("by Spark's files", sparks);
      System.out.printf(
          Locale.ROOT, "planned cost, heaviest task / mean: %.2f%n", unevenness(spark, input));
      System.out.printf(
          Locale.ROOT,
          "longest task / mean: %.2f (bar %.2f); total time / that of Spark's partitions: %.2f (bar %.2f)%n",
          evenness,
          busyBar,
          total,
          totalBar);
      holds = evenness <= busyBar && total <= totalBar;
    }
    System.exit(holds ? 0 : 4);
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local-cluster[" + SLOTS + ",1,1024]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.executor.cores", 1)
        .config("spark.ui.enabled", false)
        .getOrCreate();
  }

  /** Bytes of documents: Pareto of index 1.1 from 200 on. */
  private static int[] lengths(int documents, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, documents)
        .map(i -> (int) Math.min(LONGEST, 200 * Math.pow(random.nextDouble(), -1 / 1.1)))
        .toArray();
  }

  private static Path write(SparkSession spark, Path folder, int[] lengths, int files) {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < lengths.length; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < lengths[i]) {
        text.append(Integer.toString(random.nextInt(1 << 20), 36)).append(' ');
      }
      rows.add(RowFactory.create("d" + i, text.substring(0, lengths[i])));
    }
    spark
        .createDataFrame(rows, StructType.fromDDL("id string, text string"))
        .coalesce(1)
        .repartitionByRange(files, length(col("text")))
        .write()
        .mode("overwrite")
        .parquet(folder.toString());
    return folder;
  }

  private static JobConf conf(Path input, Path output) {
    return new RunBuilder(output).input(input).model(MODEL).task(JobConf.Task.SCORE).conf();
  }

  private static void planned(SparkSession spark, Path input, Path output) {
    InferenceJob.run(spark, conf(input, output));
  }

  /** As a run plans it. */
  private static double unevenness(SparkSession spark, Path input) {
    JobConf conf = conf(input, input.resolveSibling("unused"));
    DocumentSource source = DocumentSource.open(spark, conf.input());
    DocumentCost cost = RunModel.check(conf, spark.sparkContext()).cost(conf, source.sampleTexts());
    return BalancedPartitions.of(source, cost, 0).unevenness();
  }

  private static void byFiles(SparkSession spark, Path input) {
    Dataset<Row> documents = spark.read().parquet(input.toString());
    Longread.on(spark)
        .model(MODEL.toString())
        .option("id-column", "id")
        .option("evidence-spans", "0")
        .score(documents)
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }

  private static double[] busy(SparkSession spark, Runnable work) throws Exception {
    Busy busy = new Busy();
    spark.sparkContext().addSparkListener(busy);
    work.run();
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(busy);
    return busy.seconds();
  }

  private static double mean(double[] seconds) {
    return Arrays.stream(seconds).average().orElseThrow();
  }

  /** When the last slot ends. */
  private static double makespan(double[] tasks) {
    PriorityQueue<Double> slots = new PriorityQueue<>(List.of(0.0, 0.0));
    for (double task : tasks) {
      slots.add(slots.remove() + task);
    }
    return slots.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  private static void print(String what, double[] tasks) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %d tasks, busy %s s, total %.1f s%n",
        what,
        tasks.length,
        Arrays.stream(tasks).mapToObj(s -> String.format(Locale.ROOT, "%.1f", s)).toList(),
        makespan(tasks));
  }
}
