package org.longread.job;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.longread.job.write.Manifest;
import org.longread.job.write.ResultSchema;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.Stage;

/** Adds up the reports of all Spark tasks into summary and manifest. */
final class RunTotals {
  private final RunPlan plan;
  private final List<TaskReport> reports;
  private final Instant startedAt;
  private final Instant finishedAt = Instant.now();
  private final long wallNanos;
  private final EngineStats stats;

  /**
   * Of a run that is done.
   *
   * @param startedAt when the driver began to check
   * @param wallNanos from the start of inference to the last commit
   */
  RunTotals(RunPlan plan, List<TaskReport> reports, Instant startedAt, long wallNanos) {
    this.plan = plan;
    this.reports = List.copyOf(reports);
    this.startedAt = startedAt;
    this.wallNanos = wallNanos;
    this.stats =
        reports.stream()
            .map(report -> report.statistics().stats())
            .reduce(EngineStats.NONE, EngineStats::plus);
  }

  /** A new run's id: when it began, and something random. */
  static String runId(Instant startedAt) {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    return format.format(startedAt) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  RunSummary summary() {
    return new RunSummary(
        plan.output().runId(),
        sum(TaskStatistics::documentsIn),
        sum(TaskStatistics::rowsOut),
        sum(TaskStatistics::rowsFailed),
        sum(TaskStatistics::tokensIn),
        sum(TaskStatistics::tokensOut),
        wallNanos,
        cost(),
        backends(),
        stats,
        reports.stream()
            .map(TaskReport::executor)
            .reduce(ExecutorHealth.NONE, ExecutorHealth::worse));
  }

  private List<String> backends() {
    return reports.stream()
        .map(report -> report.statistics().where())
        .map(where -> where.backend() + " on " + where.device())
        .distinct()
        .sorted()
        .toList();
  }

  Manifest manifest() {
    List<String> names = reports.stream().map(TaskReport::results).sorted().toList();
    return new Manifest(
        ResultSchema.VERSION,
        plan.output().runId(),
        RunFingerprint.of(plan),
        new Manifest.Counts(
            sum(TaskStatistics::documentsIn),
            sum(TaskStatistics::documentsFailed),
            sum(TaskStatistics::rowsOut),
            sum(TaskStatistics::rowsFailed),
            outcomes()),
        totals(),
        names.stream().map(name -> "results/" + name).toList(),
        names.stream().map(name -> "stats/" + name).toList(),
        startedAt.toString(),
        finishedAt.toString());
  }

  private Manifest.Totals totals() {
    return new Manifest.Totals(
        sum(TaskStatistics::tokensIn),
        sum(TaskStatistics::tokensOut),
        wallNanos,
        byStage(stats.nanos()),
        byStage(stats.flops()),
        stats.denseEquivalentFlops(),
        stats.keysScored(),
        stats.keysKept(),
        cost().isPresent() ? cost().getAsDouble() : null);
  }

  private Map<String, Long> outcomes() {
    Map<String, Long> failed = new TreeMap<>();
    reports.forEach(r -> r.failures().forEach((code, rows) -> failed.merge(code, rows, Long::sum)));
    Map<String, Long> outcomes = new LinkedHashMap<>();
    outcomes.put("ok", sum(TaskStatistics::rowsOut) - sum(TaskStatistics::rowsFailed));
    outcomes.putAll(failed);
    return outcomes;
  }

  private static Map<String, Long> byStage(Map<Stage, Long> values) {
    Map<String, Long> named = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      named.put(stage.name().toLowerCase(Locale.ROOT), values.get(stage));
    }
    return named;
  }

  private OptionalDouble cost() {
    return plan.price().isKnown()
        ? OptionalDouble.of(
            reports.stream().mapToDouble(report -> report.statistics().costUsd()).sum())
        : OptionalDouble.empty();
  }

  private long sum(ToLongFunction<TaskStatistics> count) {
    return reports.stream().map(TaskReport::statistics).mapToLong(count).sum();
  }
}
