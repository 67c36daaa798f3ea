package org.longread.job.plugin;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.longread.job.ExecutorLife;

/**
 * Checks the model before executors start, and publishes what they report: gauges of executors
 * themselves reach no Prometheus endpoint of Spark.
 */
final class DriverSide implements DriverPlugin {
  static final String EXECUTORS = "executors";

  private final ExecutorReadings readings = new ExecutorReadings(System::nanoTime);
  private final Set<String> published = new TreeSet<>();
  private MetricRegistry registry = new MetricRegistry();

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    registry = context.metricRegistry();
    return ExecutorLife.check(spark).map(ExecutorSide::settings).orElse(Map.of());
  }

  @Override
  public void registerMetrics(String application, PluginContext context) {
    registry.register(EXECUTORS, (Gauge<Integer>) () -> readings.present().size());
    for (Measure measure : Measure.values()) {
      registry.register(measure.gauge(), (Gauge<Double>) () -> readings.sum(measure));
    }
  }

  @Override
  public Object receive(Object message) {
    if (message instanceof ExecutorReport report) {
      readings.add(report);
      publish();
    }
    return null; // as Spark wants it where nobody waits for an answer
  }

  /** Gauges for executors that are there, and for no others. */
  private synchronized void publish() {
    Set<String> present = readings.present();
    for (String executor : present) {
      if (published.add(executor)) {
        for (Measure measure : Measure.values()) {
          Gauge<Double> gauge = () -> readings.of(executor, measure);
          registry.register(name(executor, measure), gauge);
        }
      }
    }
    published.removeIf(
        executor -> {
          if (present.contains(executor)) {
            return false;
          }
          for (Measure measure : Measure.values()) {
            registry.remove(name(executor, measure));
          }
          return true;
        });
  }

  private static String name(String executor, Measure measure) {
    return MetricRegistry.name("executor", executor, measure.gauge());
  }
}
