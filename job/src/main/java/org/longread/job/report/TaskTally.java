package org.longread.job.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.longread.job.Units;
import org.longread.job.write.ArrowRows;
import org.longread.kernels.ops.Stage;

/**
 * What the statistics table says as a whole. Of a Spark task, eight bytes are kept, and everything
 * of the slowest {@value #SLOWEST}.
 */
final class TaskTally {
  static final int SLOWEST = 20;

  private static final int MAX_NAMES = 50;

  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
  private final Map<Stage, Long> flops = new EnumMap<>(Stage.class);
  private final Map<String, Long> sums = new LinkedHashMap<>();
  private final Map<Long, LengthRange> ranges = new TreeMap<>();
  private final Map<String, Long> backends = new TreeMap<>();
  private final Map<String, Long> executors = new TreeMap<>();
  private final PriorityQueue<SparkTask> slowest =
      new PriorityQueue<>(Comparator.comparingLong(SparkTask::wallNanos));
  private long[] walls = new long[64];
  private int tasks;
  private long peakCacheBytes;

  /** A row of the statistics table. */
  record SparkTask(
      int partition,
      int attempt,
      String executor,
      String host,
      long documents,
      long tokens,
      long wallNanos) {
    double tokensPerSecond() {
      return wallNanos == 0 ? 0 : tokens * 1e9 / wallNanos;
    }
  }

  void add(ArrowRows.Row row) {
    for (Stage stage : Stage.values()) {
      nanos.merge(stage, number(row, Units.name(stage) + "_ns"), Long::sum);
      flops.merge(stage, number(row, Units.name(stage) + "_flops"), Long::sum);
    }
    for (String name : List.of("read_ns", "tokenize_ns", "write_ns", "h2d_bytes", "d2h_bytes")) {
      sums.merge(name, number(row, name), Long::sum);
    }
    peakCacheBytes = Math.max(peakCacheBytes, number(row, "peak_cache_bytes"));
    name(backends, row.get("backend") + " on " + row.get("device"));
    name(executors, row.get("executor_id") + " on " + row.get("host"));
    addTask(row);
    addRanges(row);
  }

  private static void name(Map<String, Long> names, String name) {
    if (names.containsKey(name) || names.size() < MAX_NAMES) {
      names.merge(name, 1L, Long::sum);
    }
  }

  private void addTask(ArrowRows.Row row) {
    SparkTask task =
        new SparkTask(
            (int) number(row, "partition_id"),
            (int) number(row, "attempt"),
            String.valueOf(row.get("executor_id")),
            String.valueOf(row.get("host")),
            number(row, "documents_in"),
            number(row, "tokens_in") + number(row, "tokens_out"),
            number(row, "wall_ns"));
    if (tasks == walls.length) {
      walls = Arrays.copyOf(walls, 2 * tasks);
    }
    walls[tasks++] = task.wallNanos();
    slowest.add(task);
    if (slowest.size() > SLOWEST) {
      slowest.poll();
    }
  }

  /** A task's cost is shared by its documents as its time is. */
  private void addRanges(ArrowRows.Row row) {
    OptionalDouble usd = AnswerRow.number(row, "cost_usd");
    List<?> buckets = (List<?>) row.get("length_buckets");
    double total = buckets.stream().mapToLong(bucket -> number(bucket, "wall_ns")).sum();
    for (Object bucket : buckets) {
      long wall = number(bucket, "wall_ns");
      LengthRange range =
          new LengthRange(
              number(bucket, "min_tokens"),
              number(bucket, "max_tokens"),
              number(bucket, "documents"),
              number(bucket, "tokens"),
              wall,
              usd.orElse(Double.NaN) * (total == 0 ? 0 : wall / total));
      ranges.merge(range.minTokens(), range, LengthRange::plus);
    }
  }

  private static long number(ArrowRows.Row row, String column) {
    return row.get(column) instanceof Number number ? number.longValue() : 0;
  }

  private static long number(Object struct, String field) {
    return ((Number) ((Map<?, ?>) struct).get(field)).longValue();
  }

  Map<Stage, Long> nanos() {
    return nanos;
  }

  Map<Stage, Long> flops() {
    return flops;
  }

  /** Sum of one of the columns around the engine. */
  long sum(String column) {
    return sums.getOrDefault(column, 0L);
  }

  /** From the shortest documents to the longest. */
  List<LengthRange> ranges() {
    return List.copyOf(ranges.values());
  }

  /** "cpu on 512-bit vectors", and how many Spark tasks ran there. */
  Map<String, Long> backends() {
    return backends;
  }

  /** "1 on host", and how many Spark tasks ran there. */
  Map<String, Long> executors() {
    return executors;
  }

  long peakCacheBytes() {
    return peakCacheBytes;
  }

  /** Wall nanoseconds of every Spark task, slowest first. */
  long[] wallNanos() {
    long[] sorted = Arrays.copyOf(walls, tasks);
    Arrays.sort(sorted);
    for (int i = 0; i < tasks / 2; i++) {
      long swapped = sorted[i];
      sorted[i] = sorted[tasks - 1 - i];
      sorted[tasks - 1 - i] = swapped;
    }
    return sorted;
  }

  List<SparkTask> slowest() {
    List<SparkTask> sorted = new ArrayList<>(slowest);
    sorted.sort(
        Comparator.comparingLong((SparkTask task) -> -task.wallNanos())
            .thenComparingInt(SparkTask::partition));
    return sorted;
  }
}
