package org.longread.job.plugin;

import com.codahale.metrics.Gauge;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.longread.job.ExecutorLife;
import org.longread.job.ExecutorLife.CheckedModel;

/**
 * Opens the engine when an executor starts, reports to the driver every few seconds and closes the
 * engine at the end. Owns the thread that reports.
 */
final class ExecutorSide implements ExecutorPlugin {
  private static final String MODEL = "model";
  private static final String SHA_256 = "sha256";
  private static final String DRIVER = "driver";
  private static final long PERIOD_MILLIS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "longread-report");
            thread.setDaemon(true);
            return thread;
          });
  private Runnable report = () -> {};

  /** What the driver has to tell executors of a model. */
  static Map<String, String> settings(CheckedModel model) {
    return Map.of(MODEL, model.location(), SHA_256, model.sha256());
  }

  @Override
  public void init(PluginContext context, Map<String, String> settings) {
    if (!context.executorID().equals(DRIVER)) {
      register(context);
    }
    if (settings.containsKey(MODEL)) {
      open(new CheckedModel(settings.get(MODEL), settings.get(SHA_256)), context);
    }
    report = () -> send(context);
    var unused = clock.scheduleWithFixedDelay(report, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** For sinks that executors have themselves; in local mode these names are the driver's. */
  private static void register(PluginContext context) {
    for (Measure measure : Measure.values()) {
      Gauge<Double> gauge = () -> measure.of(ExecutorLife.reading());
      context.metricRegistry().register(measure.gauge(), gauge);
    }
  }

  /** A failure here fails no executor, which Spark would start again and again: tasks say it. */
  private static void open(CheckedModel model, PluginContext context) {
    try {
      ExecutorLife.open(model, context.conf(), context.resources());
    } catch (RuntimeException e) {
      System.err.println("longread: No engine is open before the first task: " + e.getMessage());
    }
  }

  /** A report that is lost is made up for by the next. */
  private static void send(PluginContext context) {
    try {
      context.send(new ExecutorReport(context.executorID(), ExecutorLife.reading()));
    } catch (IOException | RuntimeException e) {
      System.err.println("longread: Cannot report to the driver: " + e.getMessage());
    }
  }

  @Override
  public void shutdown() {
    clock.shutdownNow();
    ExecutorLife.close(PATIENCE);
    report.run();
  }
}
