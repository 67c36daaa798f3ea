package org.longread.job.write;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.longread.job.JobConf.Compression;
import org.longread.job.TaskStatistics;
import org.longread.job.TaskStatistics.LengthBucket;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.Stage;

/** Writes the one statistics row of a Spark task attempt. */
public final class StatisticsWriter {
  private StatisticsWriter() {}

  /** Writes and commits the attempt's statistics file. */
  public static void write(AttemptFiles files, TaskStatistics statistics) throws IOException {
    try (ArrowTable table =
        new ArrowTable(
            files.fileSystem(),
            files.temporaryStatistics(),
            StatisticsSchema.schema(),
            Compression.NONE)) {
      Columns columns = new Columns(table.root());
      setWhere(columns, statistics.where());
      setCounts(columns, statistics);
      setEngine(columns, statistics.stats());
      setBuckets(columns, statistics.buckets());
      table.writeBatch(1);
      table.commit(files.statistics());
    }
  }

  private static void setWhere(Columns columns, TaskStatistics.Where where) {
    columns.set("run_id", 0, where.runId());
    columns.set("partition_id", 0, where.partitionId());
    columns.set("attempt", 0, where.attempt());
    columns.set("executor_id", 0, where.executorId());
    columns.set("host", 0, where.host());
    columns.set("backend", 0, where.backend());
    columns.set("device", 0, where.device());
  }

  private static void setCounts(Columns columns, TaskStatistics statistics) {
    columns.set("documents_in", 0, statistics.documentsIn());
    columns.set("documents_failed", 0, statistics.documentsFailed());
    columns.set("rows_out", 0, statistics.rowsOut());
    columns.set("rows_failed", 0, statistics.rowsFailed());
    columns.set("tokens_in", 0, statistics.tokensIn());
    columns.set("tokens_out", 0, statistics.tokensOut());
    columns.set("wall_ns", 0, statistics.wallNanos());
    columns.set("read_ns", 0, statistics.around().readNanos());
    columns.set("tokenize_ns", 0, statistics.around().tokenizeNanos());
    columns.set("write_ns", 0, statistics.around().writeNanos());
    columns.set("tokens_per_second", 0, statistics.tokensPerSecond());
    columns.set("cost_usd", 0, Double.isNaN(statistics.costUsd()) ? null : statistics.costUsd());
  }

  private static void setEngine(Columns columns, EngineStats stats) {
    for (Stage stage : Stage.values()) {
      columns.set(StatisticsSchema.nanosColumn(stage), 0, stats.nanos().get(stage));
      columns.set(StatisticsSchema.flopsColumn(stage), 0, stats.flops().get(stage));
    }
    columns.set("dense_equivalent_flops", 0, stats.denseEquivalentFlops());
    columns.set("keys_scored", 0, stats.keysScored());
    columns.set("keys_kept", 0, stats.keysKept());
    columns.set("h2d_bytes", 0, stats.device().hostToDeviceBytes());
    columns.set("d2h_bytes", 0, stats.device().deviceToHostBytes());
    columns.set("device_kernel_ns", 0, stats.device().kernelNanos());
    columns.set("device_compile_ns", 0, stats.device().compileNanos());
    columns.set("device_memory_bytes", 0, stats.device().memoryBytes());
    columns.set("peak_cache_bytes", 0, stats.peakCacheBytes());
  }

  private static void setBuckets(Columns columns, List<LengthBucket> buckets) {
    ListVector list = columns.vector(StatisticsSchema.BUCKETS, ListVector.class);
    StructVector struct = (StructVector) list.getDataVector();
    int at = list.startNewValue(0);
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
    list.endValue(0, buckets.size());
  }
}
