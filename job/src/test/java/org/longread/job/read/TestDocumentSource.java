package org.longread.job.read;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.Inputs;
import org.longread.job.JobConf;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.checkpoint.CheckpointInventory;

/** What Spark is asked to do with documents, and what it makes of it. */
class TestDocumentSource {
  private static final JobConf.Input INPUT =
      new JobConf.Input("", "parquet", "id", "text", "", "", "", "");
  private static final Path MODEL = Path.of("..", "deploy", "demo", "model");

  @TempDir Path folder;

  /** Documents of rising length, in such an order, in so many files. */
  private DocumentSource source(String name, Column order, int files) {
    Path path = folder.resolve(name);
    SparkSession spark = Inputs.spark();
    spark
        .range(200)
        .selectExpr("concat('d', id) id", "repeat('x', int(id)) text")
        .orderBy(order)
        .repartition(files)
        .write()
        .parquet(path.toString());
    return DocumentSource.of(spark.read().parquet(path.toString()), INPUT);
  }

  @Test
  void textsThatAreSampledDependOnIdsAlone() {
    List<String> sampled = sampled(source("rising", col("text"), 1));
    assertThat(sampled).hasSize(16).doesNotHaveDuplicates();
    assertThat(sampled(source("falling", col("text").desc(), 7))).isEqualTo(sampled);
    assertThat(sampled.stream().mapToInt(String::length).max().orElseThrow())
        .as("not the first rows")
        .isGreaterThan(100);
  }

  private static List<String> sampled(DocumentSource source) {
    return source.sampleTexts().stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void idsThatAreDoneNeverGoThroughTheDriver() {
    Dataset<Row> done = Inputs.spark().range(3).selectExpr("concat('d', id) doc_id");
    DocumentSource left = source("in", col("id"), 2).without(done);
    assertThat(left.table().queryExecution().executedPlan().toString())
        .contains("SortMergeJoin")
        .doesNotContain("BroadcastHashJoin");
    Dataset<Row> table = left.table();
    assertThat(table.count()).isEqualTo(197);
    assertThat(table.queryExecution().executedPlan().toString())
        .as("after adaptive execution, too")
        .doesNotContain("BroadcastHashJoin");
  }

  @Test
  void adaptiveExecutionLeavesPartitionsAsTheyWereDealt() {
    SparkSession spark = Inputs.spark();
    DocumentCost cost =
        new DocumentCost(
            PlannedCost.of(CheckpointInventory.check(MODEL).config(), AttentionMode.AUTO, 0), 1, 0);
    BalancedPartitions fixed = BalancedPartitions.of(source("fixed", col("id"), 3), cost, 7);
    List<List<String>> dealt = ids(fixed);
    spark.conf().set("spark.sql.adaptive.coalescePartitions.minPartitionSize", "1g");
    spark.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "10g");
    try {
      assertThat(spark.conf().get("spark.sql.adaptive.enabled")).isEqualTo("true");
      DocumentSource joined =
          source("joined", col("id").desc(), 5)
              .without(spark.range(0).selectExpr("concat('d', id) doc_id"));
      BalancedPartitions adaptive = BalancedPartitions.of(joined, cost, 7);
      assertThat(adaptive.documents().getNumPartitions()).isEqualTo(7);
      assertThat(ids(adaptive)).isEqualTo(dealt);
      assertThat(adaptive.unevenness()).isLessThan(1.15).isEqualTo(fixed.unevenness());
    } finally {
      spark.conf().unset("spark.sql.adaptive.coalescePartitions.minPartitionSize");
      spark.conf().unset("spark.sql.adaptive.advisoryPartitionSizeInBytes");
    }
  }

  private static List<List<String>> ids(BalancedPartitions partitions) {
    return partitions.documents().map(document -> document.id().toString()).glom().collect();
  }

  @Test
  void slotsOfExecutorsThatAreStillToComeCount() {
    assertThat(slots()).isEqualTo(2);
    assertThat(slots("spark.executor.instances", "5")).isEqualTo(5);
    String dynamic = "spark.dynamicAllocation.enabled";
    String most = "spark.dynamicAllocation.maxExecutors";
    String cores = "spark.executor.cores";
    assertThat(slots(dynamic, "true", most, "7", cores, "4")).isEqualTo(28);
    long unbounded = BalancedPartitions.UNBOUNDED_EXECUTORS;
    assertThat(slots(dynamic, "true", cores, "4")).isEqualTo(4 * unbounded);
    assertThat(slots(dynamic, "true", most, "2147483647", cores, "4")).isEqualTo(4 * unbounded);
  }

  private static long slots(String... settings) {
    SparkConf conf = new SparkConf(false);
    IntStream.iterate(0, i -> i < settings.length, i -> i + 2)
        .forEach(i -> conf.set(settings[i], settings[i + 1]));
    return BalancedPartitions.slots(conf, 2);
  }
}
