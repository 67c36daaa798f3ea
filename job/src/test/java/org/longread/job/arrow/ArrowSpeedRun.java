package org.longread.job.arrow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures {@code format("arrow")} beside Spark's Parquet on the same table in the same session: a
 * folder to work in, a number of rows. See .ci/arrow-speed.
 *
 * <p>Rounds of all are interleaved, and their medians compared. Time is processor time of Spark
 * tasks, so that other work of the machine does not count. Rows to write come from Spark's cache;
 * what reading that takes (to {@code noop}) is taken off. Rows that are read go to {@code noop}.
 */
public final class ArrowSpeedRun {
  private static final int ROUNDS = 5;
  private static final double BAR = 0.7;
  private static final String OVERWRITE = "overwrite";

  private final SparkSession spark;
  private final Path folder;
  private final Dataset<Row> table;
  private final Busy busy = new Busy();
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  private ArrowSpeedRun(SparkSession spark, Path folder, long rows) {
    this.spark = spark;
    this.folder = folder;
    this.table = table(spark, rows);
    spark.sparkContext().addSparkListener(busy);
  }

  /** Processor nanoseconds of tasks. */
  private static final class Busy extends SparkListener {
    private long nanos;

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      nanos += end.taskMetrics().executorCpuTime();
    }

    synchronized long nanos() {
      return nanos;
    }
  }

  /** Status 4 if a bar is missed. */
  public static void main(String[] arguments) throws IOException {
    long rows = Long.parseLong(arguments[1]);
    boolean holds = true;
    try (SparkSession spark = session()) {
      ArrowSpeedRun run = new ArrowSpeedRun(spark, Path.of(arguments[0]), rows);
      run.round(); // warms up
      run.seconds.clear();
      for (int i = 0; i < ROUNDS; i++) {
        run.round();
      }
      for (String codec : List.of("default", "zstd")) {
        holds &= run.compare("write", codec, rows, run.median("cache"));
        holds &= run.compare("read", codec, rows, 0);
      }
    }
    System.exit(holds ? 0 : 4);
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate();
  }

  /** What tables have: numbers, texts short and long, decimals, times, nulls, a list, a struct. */
  private static Dataset<Row> table(SparkSession spark, long rows) {
    Dataset<Row> table =
        spark
            .range(0, rows, 1, 4)
            .selectExpr(
                "id",
                "cast(hash(id) as int) as number",
                "if(id % 10 = 0, null, hash(id) / 1000.0) as value",
                "if(id % 7 = 0, null, concat('customer ', hash(id) % 5000)) as name",
                "repeat(concat('text ', id, ' '), cast(id % 9 as int)) as text",
                "cast(hash(id) as decimal(18,2)) as price",
                "cast(concat(id, '12345678901234567890') as decimal(38,5)) as total",
                "timestamp_micros(1700000000000000L + id * 7919) as time",
                "date'2020-01-01' + cast(id % 2000 as int) as day",
                "id % 3 = 0 as flag",
                "transform(sequence(1, 1 + id % 5), x -> float(x * id)) as list",
                "named_struct('a', id, 'b', concat('b', id % 100)) as struct")
            .persist(StorageLevel.MEMORY_ONLY());
    table.count();
    return table;
  }

  private void round() {
    measure("cache", () -> table.write().format("noop").mode(OVERWRITE).save());
    for (String codec : List.of("default", "zstd")) {
      for (String format : List.of("arrow", "parquet")) {
        String path = folder + "/" + codec + "." + format;
        measure(
            "write " + codec + " " + format,
            () -> {
              var writer = table.write().format(format).mode(OVERWRITE);
              (codec.equals("zstd") ? writer.option("compression", codec) : writer).save(path);
            });
        measure(
            "read " + codec + " " + format,
            () ->
                spark
                    .read()
                    .format(format)
                    .load(path)
                    .write()
                    .format("noop")
                    .mode(OVERWRITE)
                    .save());
      }
    }
  }

  private void measure(String what, Runnable work) {
    long before = settled();
    work.run();
    seconds.computeIfAbsent(what, name -> new ArrayList<>()).add((settled() - before) / 1e9);
  }

  private long settled() {
    try {
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
    return busy.nanos();
  }

  private double median(String what) {
    return seconds.get(what).stream().sorted().toList().get(ROUNDS / 2);
  }

  private boolean compare(String act, String codec, long rows, double source) {
    double arrow = rows / (median(act + " " + codec + " arrow") - source);
    double parquet = rows / (median(act + " " + codec + " parquet") - source);
    System.out.printf(
        Locale.ROOT,
        "%-5s %-7s  arrow %9.0f rows/s  parquet %9.0f rows/s  ratio %.2f (bar %.1f)%n",
        act,
        codec,
        arrow,
        parquet,
        arrow / parquet,
        BAR);
    return arrow >= BAR * parquet;
  }
}
