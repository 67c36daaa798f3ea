package org.longread.job.write;

import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.longread.job.TaskStatistics;
import org.longread.job.TaskStatistics.LengthBucket;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.Stage;

/** Sets rows of the statistics table, one per Spark task attempt. */
final class StatisticsWriter {
  private StatisticsWriter() {}

  /** Sets a row. */
  static void set(Columns columns, int row, TaskStatistics statistics) {
    setWhere(columns, row, statistics.where());
    setCounts(columns, row, statistics);
    setEngine(columns, row, statistics.stats());
    setBuckets(columns, row, statistics.buckets());
  }

  private static void setWhere(Columns columns, int row, TaskStatistics.Where where) {
    columns.set("run_id", row, where.runId());
    columns.set("partition_id", row, where.partitionId());
    columns.set("attempt", row, where.attempt());
    columns.set("executor_id", row, where.executorId());
    columns.set("host", row, where.host());
    columns.set("backend", row, where.backend());
    columns.set("device", row, where.device());
  }

  private static void setCounts(Columns columns, int row, TaskStatistics statistics) {
    columns.set("documents_in", row, statistics.documentsIn());
    columns.set("documents_failed", row, statistics.documentsFailed());
    columns.set("rows_out", row, statistics.rowsOut());
    columns.set("rows_failed", row, statistics.rowsFailed());
    columns.set("tokens_in", row, statistics.tokensIn());
    columns.set("tokens_out", row, statistics.tokensOut());
    columns.set("wall_ns", row, statistics.wallNanos());
    columns.set("read_ns", row, statistics.around().readNanos());
    columns.set("tokenize_ns", row, statistics.around().tokenizeNanos());
    columns.set("write_ns", row, statistics.around().writeNanos());
    columns.set("tokens_per_second", row, statistics.tokensPerSecond());
    columns.set("cost_usd", row, Double.isNaN(statistics.costUsd()) ? null : statistics.costUsd());
  }

  private static void setEngine(Columns columns, int row, EngineStats stats) {
    for (Stage stage : Stage.values()) {
      columns.set(StatisticsSchema.nanosColumn(stage), row, stats.nanos().get(stage));
      columns.set(StatisticsSchema.flopsColumn(stage), row, stats.flops().get(stage));
    }
    columns.set("dense_equivalent_flops", row, stats.denseEquivalentFlops());
    columns.set("keys_scored", row, stats.keysScored());
    columns.set("keys_kept", row, stats.keysKept());
    columns.set("h2d_bytes", row, stats.device().hostToDeviceBytes());
    columns.set("d2h_bytes", row, stats.device().deviceToHostBytes());
    columns.set("device_kernel_ns", row, stats.device().kernelNanos());
    columns.set("device_compile_ns", row, stats.device().compileNanos());
    columns.set("device_memory_bytes", row, stats.device().memoryBytes());
    columns.set("weight_read_bytes", row, stats.weights().readBytes());
    columns.set("weight_read_ns", row, stats.weights().readNanos());
    columns.set("weight_wait_ns", row, stats.weights().waitNanos());
    columns.set("peak_cache_bytes", row, stats.peakCacheBytes());
  }

  private static void setBuckets(Columns columns, int row, List<LengthBucket> buckets) {
    ListVector list = columns.vector(StatisticsSchema.BUCKETS, ListVector.class);
    StructVector struct = (StructVector) list.getDataVector();
    int at = list.startNewValue(row);
    for (LengthBucket bucket : buckets) {
      struct.setIndexDefined(at);
      struct.getChild("min_tokens", BigIntVector.class).setSafe(at, bucket.minTokens());
      struct.getChild("max_tokens", BigIntVector.class).setSafe(at, bucket.maxTokens());
      struct.getChild("documents", BigIntVector.class).setSafe(at, bucket.documents());
      struct.getChild("tokens", BigIntVector.class).setSafe(at, bucket.tokens());
      struct.getChild("wall_ns", BigIntVector.class).setSafe(at, bucket.wallNanos());
      double rate = bucket.wallNanos() == 0 ? 0 : bucket.tokens() * 1e9 / bucket.wallNanos();
      struct.getChild("tokens_per_second", Float8Vector.class).setSafe(at, rate);
      at++;
    }
    list.endValue(row, buckets.size());
  }
}
