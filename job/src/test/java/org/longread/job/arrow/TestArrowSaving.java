package org.longread.job.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.InvalidRunException;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Save modes and failures through Spark; clauses are those of COMMIT.md. */
class TestArrowSaving {
  @TempDir Path folder;

  @AfterEach
  void nothingLeaks() {
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
  }

  private void save(Dataset<Row> frame, SaveMode mode) {
    frame.write().format("arrow").mode(mode).save(folder + "/a");
  }

  private List<Long> read() {
    return Frames.read(folder.resolve("a")).orderBy("id").collectAsList().stream()
        .map(row -> row.getLong(0))
        .toList();
  }

  @Test
  void modesDoAsWithOtherFormats() {
    SparkSession spark = Frames.spark();
    save(spark.range(2).toDF(), SaveMode.ErrorIfExists);
    assertThatThrownBy(() -> save(spark.range(9).toDF(), SaveMode.ErrorIfExists)) // C11
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("it exists");
    save(spark.range(9).toDF(), SaveMode.Ignore); // C11
    assertThat(read()).containsExactly(0L, 1L);
    save(spark.range(5, 7).toDF(), SaveMode.Append);
    assertThat(read()).containsExactly(0L, 1L, 5L, 6L);
    save(spark.range(3).toDF(), SaveMode.Overwrite);
    assertThat(read()).containsExactly(0L, 1L, 2L);
    // Overwriting what is being read: the old files are there until the new ones are.
    save(Frames.read(folder.resolve("a")).selectExpr("id + 10 as id"), SaveMode.Overwrite);
    assertThat(read()).containsExactly(10L, 11L, 12L);
  }

  @Test
  void dynamicOverwriteKeepsOtherPartitions() { // C7
    SparkSession spark = Frames.spark();
    Dataset<Row> first = spark.range(6).selectExpr("id", "id % 3 as p");
    first.write().format("arrow").partitionBy("p").save(folder + "/a");
    spark
        .sql("select 100L as id, 1L as p")
        .write()
        .format("arrow")
        .partitionBy("p")
        .mode("overwrite")
        .option("partitionOverwriteMode", "dynamic")
        .save(folder + "/a");
    assertThat(read()).containsExactly(0L, 2L, 3L, 5L, 100L);
    assertThatThrownBy(
            () -> first.write().format("arrow").partitionBy("q").mode("append").save(folder + "/a"))
        .hasMessageContaining("Invalid partitionBy: q");
  }

  @Test
  void metricsReachTheSqlTab() throws Exception {
    SparkSession spark = Frames.spark();
    spark
        .range(0, 100, 1, 2)
        .write()
        .format("arrow")
        .option("maxRecordsPerBatch", 10)
        .save(folder + "/a");
    spark.sparkContext().listenerBus().waitUntilEmpty();
    var store = ((org.apache.spark.sql.classic.SparkSession) spark).sharedState().statusStore();
    var write = store.executionsList().last(); // of saving and the writing in it, the latter
    Map<String, String> values = new HashMap<>();
    for (var metric : CollectionConverters.asJava(write.metrics())) {
      Option<String> value =
          store.executionMetrics(write.executionId()).get(metric.accumulatorId());
      value.foreach(text -> values.put(metric.name(), text));
    }
    assertThat(values)
        .containsEntry("record batches written", "10")
        .containsEntry("files written", "2")
        .containsKey("bytes written");
  }

  /** Fails so many attempts of the last partition. */
  private static Dataset<Row> failing(SparkSession spark, int partitions, int attempts) {
    return spark
        .range(0, 300, 1, partitions)
        .as(Encoders.LONG())
        .mapPartitions(
            (MapPartitionsFunction<Long, Long>)
                rows -> {
                  TaskContext task = TaskContext.get();
                  return new FailingIterator(
                      rows,
                      task.partitionId() == partitions - 1 && task.attemptNumber() < attempts);
                },
            Encoders.LONG())
        .toDF("id");
  }

  private static final class FailingIterator implements java.util.Iterator<Long> {
    private final java.util.Iterator<Long> rows;
    private final boolean fails;
    private int given;

    FailingIterator(java.util.Iterator<Long> rows, boolean fails) {
      this.rows = rows;
      this.fails = fails;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Long next() {
      if (fails && given++ == 50) {
        throw new IllegalStateException("broken on purpose");
      }
      return rows.next();
    }
  }

  @Test
  void failedOverwriteLeavesTheOldData() throws Exception { // C5, C6
    SparkSession spark = Frames.spark();
    save(spark.range(3).toDF(), SaveMode.ErrorIfExists);
    assertThatThrownBy(() -> save(failing(spark, 1, 99), SaveMode.Overwrite))
        .hasStackTraceContaining("broken on purpose");
    assertThat(read()).containsExactly(0L, 1L, 2L);
    assertThat(folder.resolve("a/_temporary")).doesNotExist();
    assertThat(TestArrowRoundTrip.files(folder)).hasSize(2);
    assertThatThrownBy(() -> failing(spark, 1, 99).write().format("arrow").save(folder + "/new"))
        .hasStackTraceContaining("broken on purpose");
    assertThat(TestArrowRoundTrip.files(folder)).hasSize(2);
  }

  @Test
  void retriedAttemptsWriteEachRowOnce() throws Exception { // C2, C3
    Frames.spark().stop();
    SparkSession spark =
        SparkSession.builder().master("local[2,3]").config("spark.ui.enabled", false).getOrCreate();
    try {
      Dataset<Row> frame = failing(spark, 3, 2);
      frame.write().format("arrow").option("maxRecordsPerBatch", 7).save(folder + "/a");
      Dataset<Row> read = spark.read().format("arrow").load(folder + "/a");
      assertThat(read.selectExpr("count(*)", "count(distinct id)", "sum(id)").first().toString())
          .isEqualTo("[300,300,44850]");
      assertThat(TestArrowRoundTrip.files(folder)).hasSize(3);
      assertThat(folder.resolve("a/_temporary")).doesNotExist();
      assertThat(Files.exists(folder.resolve("a/_SUCCESS"))).isTrue(); // C10
    } finally {
      spark.stop();
    }
  }
}
