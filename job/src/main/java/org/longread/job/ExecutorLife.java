package org.longread.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.resource.ResourceInformation;
import org.longread.job.read.DocumentTokenizer;

/**
 * The engine of an executor from its start to its end, for who starts and ends executors. Without
 * it, the first Spark task opens the engine and the end of the JVM frees it.
 */
public final class ExecutorLife {
  private ExecutorLife() {}

  /**
   * A model that was checked.
   *
   * @param location where executors find it
   * @param sha256 of its files
   */
  public record CheckedModel(String location, String sha256) {}

  /**
   * Driver side: checks the model that Spark's configuration names, if it names one, and that an
   * executor can hold it.
   *
   * @throws InvalidRunException if it cannot be used, or an option of Longread is invalid
   */
  public static Optional<CheckedModel> check(SparkContext spark) {
    Optional<JobConf.Engine> engine = engine(spark.getConf());
    return engine.map(
        options -> {
          EngineSpec spec = RunModel.spec(options, spark);
          return new CheckedModel(spec.model(), spec.sha256());
        });
  }

  /**
   * Executor side: opens the engine for all Spark tasks to come, on the first GPU Spark has given,
   * if there is one and the options name no device.
   *
   * @throws RuntimeException if model or backend cannot be opened, saying why
   */
  public static void open(
      CheckedModel model, SparkConf conf, Map<String, ResourceInformation> resources) {
    JobConf.Engine options = engine(conf).orElseThrow();
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
    Path folder = ModelFolder.onThisHost(model.location(), hadoop);
    boolean tokenizes = Files.exists(folder.resolve(DocumentTokenizer.FILE));
    EngineSpec spec =
        new EngineSpec(
            model.location(), model.sha256(), tokenizes, EngineSpec.executorThreads(conf));
    ExecutorEngine.lease(spec, options, ExecutorDevice.of(options, resources), hadoop).close();
  }

  /** How this JVM is now. */
  public static ExecutorReading reading() {
    return ExecutorEngine.reading();
  }

  /**
   * Closes the engine and frees its device; first waits so long for Spark tasks that still use it.
   */
  public static void close(Duration patience) {
    ExecutorEngine.closeAll(patience);
  }

  private static Optional<JobConf.Engine> engine(SparkConf conf) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (scala.Tuple2<String, String> setting : conf.getAll()) {
      settings.put(setting._1(), setting._2());
    }
    return settings.getOrDefault(JobOptions.MODEL.sparkKey(), "").isBlank()
        ? Optional.empty()
        : Optional.of(new OptionValues().addSparkConf(settings).resolveEngine());
  }
}
