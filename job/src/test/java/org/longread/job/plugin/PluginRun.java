package org.longread.job.plugin;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;

/** A run under the plugin, on any master; a main class, so that executors can be other JVMs. */
public final class PluginRun {
  static final Path MODEL = Path.of("..", "deploy", "demo", "model");

  private PluginRun() {}

  /** Master, input, output; a status from 11 on says which promise was broken. */
  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark = session(arguments[0], MODEL.toString())) {
      Map<String, Double> before =
          PrometheusPage.await(spark, values -> values.get("enginesOpen") == 2);
      System.err.println("before: " + before);
      RunSummary summary =
          InferenceJob.run(spark, conf(Path.of(arguments[1]), Path.of(arguments[2])));
      double tokens = summary.inputTokens();
      Map<String, Double> after =
          PrometheusPage.await(spark, values -> values.get("tokensRead") == tokens);
      System.err.println("after: " + after);
      check(before.get("executors") == 2 && before.get("enginesOpen") == 2, 11);
      check(before.get("tokensRead") == 0, 12);
      check(after.get("tokensRead") == tokens && tokens > 0, 13);
      double each =
          after.getOrDefault("executor_0_tokensRead", 0.0)
              + after.getOrDefault("executor_1_tokensRead", 0.0);
      check(each == tokens, 14);
    }
  }

  private static void check(boolean promise, int status) {
    if (!promise) {
      System.exit(status);
    }
  }

  static SparkSession session(String master, String model) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .config("spark.plugins", LongreadPlugin.class.getName())
            .config("spark.metrics.namespace", "longread")
            .config(
                "spark.metrics.conf.driver.sink.prometheusServlet.class",
                "org.apache.spark.metrics.sink.PrometheusServlet")
            .config("spark.metrics.conf.driver.sink.prometheusServlet.path", "/metrics/prometheus")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.ui.enabled", true)
            .config("spark.ui.port", 0)
            .config("spark.sql.shuffle.partitions", 2);
    return model.isEmpty()
        ? builder.getOrCreate()
        : builder.config("spark.longread.model", model).getOrCreate();
  }

  static JobConf conf(Path input, Path output) {
    Map<String, String> options = new HashMap<>();
    options.put("input", input.toString());
    options.put("output", output.toString());
    options.put("model", MODEL.toString());
    options.put("id-column", "id");
    options.put("task", "score");
    options.put("partitions", "4");
    return new OptionValues().addCommandLine(options).resolve();
  }
}
