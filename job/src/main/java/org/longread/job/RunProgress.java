package org.longread.job;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import org.longread.job.read.BalancedPartitions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A line a person can watch: documents done, tokens, tokens per second, time left, failures.
 * Redrawn on a terminal; elsewhere a new line every ten seconds. Finished Spark tasks count
 * exactly; running ones as of their last heartbeat ({@code spark.executor.heartbeatInterval}).
 */
final class RunProgress implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 10_000;

  private final SparkContext spark;
  private final LiveCounters live;
  private final BalancedPartitions partitions;
  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private final Heartbeats running = new Heartbeats();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "longread-progress");
            thread.setDaemon(true);
            return thread;
          });

  private RunProgress(
      SparkContext spark, LiveCounters live, BalancedPartitions partitions, PrintStream out) {
    this.spark = spark;
    this.live = live;
    this.partitions = partitions;
    this.out = out;
    this.terminal = isTerminal();
  }

  /** Shows progress on standard error until closed. */
  static RunProgress start(SparkContext spark, LiveCounters live, BalancedPartitions partitions) {
    RunProgress progress = new RunProgress(spark, live, partitions, System.err);
    spark.addSparkListener(progress.running);
    long period = progress.terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    var unused =
        progress.clock.scheduleAtFixedRate(progress::show, period, period, TimeUnit.MILLISECONDS);
    return progress;
  }

  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private void show() {
    String line = line();
    out.print(terminal ? "\r" + line + "\u001b[K" : line + "\n");
    out.flush();
  }

  private String line() {
    double share = count(live.kiloCost()) * LiveCounters.KILO / partitions.totalCost();
    Counts counts =
        new Counts(
            count(live.documents()),
            partitions.count(),
            count(live.tokens()),
            count(live.failed()));
    return line(counts, share, (System.nanoTime() - start) / 1e9);
  }

  private long count(LongAccumulator counter) {
    return counter.value() + running.sum(counter.id());
  }

  /** Documents done and in all, tokens and failed documents so far. */
  record Counts(long done, long documents, long tokens, long failed) {}

  /** The line when {@code share} of the planned work is done after so many seconds. */
  static String line(Counts counts, double share, double seconds) {
    String left = "";
    if (share > 0 && share < 1 && counts.done() < counts.documents()) {
      left = ", about " + duration(seconds / share * (1 - share)) + " left";
    }
    return String.format(
        Locale.ROOT,
        "%,d of %,d documents, %,d tokens, %,.0f tokens/s%s%s",
        Math.min(counts.done(), counts.documents()),
        counts.documents(),
        counts.tokens(),
        seconds > 0 ? counts.tokens() / seconds : 0,
        counts.failed() > 0 ? String.format(Locale.ROOT, ", %,d failed", counts.failed()) : "",
        left);
  }

  private static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s / 60 % 60 + " min";
  }

  /** Draws the last state and stops. */
  @Override
  public void close() {
    clock.shutdownNow();
    spark.removeSparkListener(running);
    show();
    if (terminal) {
      out.println();
    }
  }

  /** Counters of Spark tasks that run, by their last heartbeat. */
  private static final class Heartbeats extends SparkListener {
    private final Map<Long, Map<Long, Long>> byTask = new ConcurrentHashMap<>();

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      CollectionConverters.asJava(update.accumUpdates())
          .forEach(
              task -> {
                Map<Long, Long> counts = new ConcurrentHashMap<>();
                for (AccumulableInfo info : CollectionConverters.asJava(task._4())) {
                  if (info.update().isDefined() && info.update().get() instanceof Long value) {
                    counts.put(info.id(), value);
                  }
                }
                byTask.put((Long) task._1(), counts);
              });
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      byTask.remove(end.taskInfo().taskId());
    }

    long sum(long counter) {
      return byTask.values().stream().mapToLong(counts -> counts.getOrDefault(counter, 0L)).sum();
    }
  }
}
