package org.longread.job.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.sql.SparkSession;
import org.longread.job.plugin.LongreadPlugin;

/** Spark as the surroundings give it, or embedded in this process. */
final class Sparks {
  private static final String MASTER = "spark.master";
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  /** What metrics' names start with, instead of an id that is new for every run. */
  private static final String METRICS_NAMESPACE = "longread";

  private static final String PROMETHEUS = "spark.metrics.conf.driver.sink.prometheusServlet.";

  private Sparks() {}

  /**
   * Settings of spark-submit or of system properties, then those given here, then what an embedded
   * Spark or the heap of executors needs.
   *
   * @param master may be null
   */
  static SparkConf conf(Map<String, String> settings, String master) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    if (master != null) {
      conf.set(MASTER, master);
    }
    conf.setIfMissing(MASTER, "local[*]").setIfMissing("spark.app.name", "longread");
    if (hasPlugin(conf)) {
      conf.setIfMissing("spark.metrics.namespace", METRICS_NAMESPACE)
          .setIfMissing(PROMETHEUS + "class", PrometheusServlet.class.getName())
          .setIfMissing(PROMETHEUS + "path", "/metrics/prometheus");
    }
    if (conf.get(MASTER).startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "localhost")
          .setIfMissing("spark.driver.bindAddress", "127.0.0.1")
          .setIfMissing("spark.ui.enabled", "false")
          .setIfMissing("spark.executor.heartbeatInterval", "1s");
    } else {
      int threads = conf.getInt("spark.executor.cores", 1);
      long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
      conf.set(EXECUTOR_OPTIONS, executorOptions(conf, HeapOptions.of(threads, heap)));
    }
    return conf;
  }

  /** Whether Spark is to load {@link LongreadPlugin}. */
  static boolean hasPlugin(SparkConf conf) {
    return Stream.of(conf.get("spark.plugins", "").split(","))
        .anyMatch(name -> name.strip().equals(LongreadPlugin.class.getName()));
  }

  /** What is asked for, and our heap unless that has another. */
  private static String executorOptions(SparkConf conf, List<String> heapOptions) {
    String asked = conf.get(EXECUTOR_OPTIONS, "");
    boolean hasOwn = asked.contains("-XX:+Use") || asked.contains(HeapOptions.YOUNG);
    return hasOwn ? asked : (asked + " " + String.join(" ", heapOptions)).strip();
  }

  /** Works with a session and stops Spark, unless Spark ran before: then its owner does. */
  static <T> T with(SparkConf conf, Function<SparkSession, T> work) {
    // Not whether there is a default session: a host may run Spark without one.
    boolean ours = SparkEnv.get() == null;
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    try {
      return work.apply(spark);
    } finally {
      if (ours) {
        spark.stop();
      }
    }
  }
}
