package org.longread.job;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.longread.job.write.Chain;
import org.longread.job.write.Life;
import org.longread.job.write.Manifest;
import org.longread.job.write.Publication.Published;
import org.longread.job.write.ResultSchema;
import org.longread.job.write.RowCounts;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.Stage;

/** Adds up the reports of all Spark tasks into summary and manifest. */
final class RunTotals {
  private final RunPlan plan;
  private final Life life;
  private final List<TaskReport> reports;
  private final Instant startedAt;
  private final Instant finishedAt = Instant.now();
  private final long wallNanos;
  private RowCounts counts = RowCounts.NONE;

  /**
   * Of a run that is done.
   *
   * @param life what was done before
   * @param reports of this life
   * @param startedAt when the driver began to check
   * @param wallNanos from the start of inference to the last commit, of this life
   */
  RunTotals(RunPlan plan, Life life, List<TaskReport> reports, Instant startedAt, long wallNanos) {
    this.plan = plan;
    this.life = life;
    this.reports = List.copyOf(reports);
    this.startedAt = startedAt;
    this.wallNanos = wallNanos;
  }

  /** A new run's id: when it began, and something random. */
  static String runId(Instant startedAt) {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    return format.format(startedAt) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Once {@link #manifest} was asked for. */
  RunSummary summary() {
    List<TaskStatistics> mine = of(reports.stream().map(TaskReport::chain));
    return new RunSummary(
        plan.output().runId(),
        counts.documents(),
        life.documentsDone(),
        counts.rows(),
        counts.rowsFailed(),
        sum(mine, TaskStatistics::tokensIn),
        sum(mine, TaskStatistics::tokensOut),
        wallNanos,
        plan.price().isKnown() ? OptionalDouble.of(cost(mine)) : OptionalDouble.empty(),
        backends(mine),
        stats(mine),
        reports.stream()
            .map(TaskReport::executor)
            .reduce(ExecutorHealth.NONE, ExecutorHealth::worse),
        suspicions());
  }

  /** Of a run that was complete already. */
  static RunSummary summary(Manifest manifest) {
    return new RunSummary(
        manifest.runId(),
        manifest.counts().documents(),
        manifest.counts().documents(),
        manifest.counts().rows(),
        manifest.counts().rowsFailed(),
        0,
        0,
        0,
        OptionalDouble.empty(),
        List.of(),
        EngineStats.NONE,
        ExecutorHealth.NONE,
        manifest.suspicions());
  }

  /** Of all lives; documents that were retried may be counted from before, too. */
  private Suspicions suspicions() {
    Suspicions before = life.retried().map(Manifest::suspicions).orElse(Suspicions.NONE);
    return all().stream().map(TaskStatistics::suspicions).reduce(before, Suspicions::plus);
  }

  private List<TaskStatistics> all() {
    return of(Stream.concat(life.done().stream(), reports.stream().map(TaskReport::chain)));
  }

  private static List<String> backends(List<TaskStatistics> attempts) {
    return attempts.stream()
        .map(TaskStatistics::where)
        .map(where -> where.backend() + " on " + where.device())
        .distinct()
        .sorted()
        .toList();
  }

  Manifest manifest(Published published, Manifest.Lineage lineage) {
    counts = published.counts();
    return new Manifest(
        ResultSchema.VERSION,
        plan.output().runId(),
        RunFingerprint.of(plan),
        new Manifest.Counts(
            counts.documents(),
            counts.documentsFailed(),
            counts.rows(),
            counts.rowsFailed(),
            outcomes()),
        totals(),
        suspicions(),
        published.results().stream().map(Manifest.OutputFile::path).toList(),
        published.statistics().stream().map(Manifest.OutputFile::path).toList(),
        Stream.concat(published.results().stream(), published.statistics().stream()).toList(),
        lineage,
        startedAt.toString(),
        finishedAt.toString());
  }

  private Manifest.Totals totals() {
    List<TaskStatistics> all = all();
    EngineStats stats = stats(all);
    Manifest.Totals totals =
        new Manifest.Totals(
            sum(all, TaskStatistics::tokensIn),
            sum(all, TaskStatistics::tokensOut),
            wallNanos,
            byStage(stats.nanos()),
            byStage(stats.flops()),
            stats.denseEquivalentFlops(),
            stats.keysScored(),
            stats.keysKept(),
            plan.price().isKnown() ? cost(all) : null);
    return life.retried().map(base -> base.totals().plus(totals)).orElse(totals);
  }

  private Map<String, Long> outcomes() {
    Map<String, Long> outcomes = new LinkedHashMap<>();
    outcomes.put("ok", counts.rows() - counts.rowsFailed());
    outcomes.putAll(counts.failures());
    return outcomes;
  }

  private static Map<String, Long> byStage(Map<Stage, Long> values) {
    Map<String, Long> named = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      named.put(stage.name().toLowerCase(Locale.ROOT), values.get(stage));
    }
    return named;
  }

  private static List<TaskStatistics> of(Stream<Chain> chains) {
    return chains.flatMap(chain -> chain.statistics().stream()).toList();
  }

  private static EngineStats stats(List<TaskStatistics> attempts) {
    return attempts.stream().map(TaskStatistics::stats).reduce(EngineStats.NONE, EngineStats::plus);
  }

  private static double cost(List<TaskStatistics> attempts) {
    return attempts.stream()
        .mapToDouble(TaskStatistics::costUsd)
        .filter(usd -> !Double.isNaN(usd))
        .sum();
  }

  private static long sum(List<TaskStatistics> attempts, ToLongFunction<TaskStatistics> count) {
    return attempts.stream().mapToLong(count).sum();
  }
}
