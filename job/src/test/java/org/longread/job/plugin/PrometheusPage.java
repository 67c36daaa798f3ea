package org.longread.job.plugin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;

/** What the driver's web server tells Prometheus. */
final class PrometheusPage {
  static final String PREFIX =
      "metrics_longread_driver_plugin_org_longread_job_plugin_LongreadPlugin_";
  private static final long PATIENCE_MILLIS = 60_000;

  private PrometheusPage() {}

  /** Values of our gauges by name, its beginning and the closing {@code _Value} left out. */
  static Map<String, Double> read(SparkSession spark) throws IOException, InterruptedException {
    URI page = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/");
    String text =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
            .body();
    Map<String, Double> values = new TreeMap<>(Map.of("executors", 0.0));
    for (Measure measure : Measure.values()) {
      values.put(measure.gauge(), Double.NaN); // until it is exported
    }
    for (String line : text.lines().toList()) {
      String name = line.replaceFirst("[{ ].*", "");
      if (name.startsWith(PREFIX) && name.endsWith("_Value")) {
        String own = name.substring(PREFIX.length(), name.length() - "_Value".length());
        values.put(own, Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)));
      }
    }
    return values;
  }

  /** The values as soon as they are so; the last ones if they never are. */
  static Map<String, Double> await(SparkSession spark, Predicate<Map<String, Double>> wanted)
      throws IOException, InterruptedException {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    Map<String, Double> values = read(spark);
    while (!wanted.test(values) && System.currentTimeMillis() < deadline) {
      Thread.sleep(50);
      values = read(spark);
    }
    return values;
  }
}
