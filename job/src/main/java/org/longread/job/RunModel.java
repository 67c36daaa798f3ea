package org.longread.job;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.read.PlannedCost;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.CheckpointFingerprint;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.ModelConfig;

/**
 * The model of a run, checked on the driver. With embedded Spark the engine itself is opened, which
 * executors share; else configuration, shapes and values are checked and nothing is kept.
 *
 * @param folder on this host
 * @param spec what executors open
 * @param config its configuration
 */
record RunModel(Path folder, EngineSpec spec, ModelConfig config) {
  private static final double USUAL_TOKENS_PER_BYTE = 0.25;

  /**
   * Opens or checks the model.
   *
   * @throws InvalidRunException if model, tokenizer or backend cannot be used
   */
  static RunModel check(JobConf conf, SparkContext spark) {
    checkDevice(conf.engine());
    Configuration hadoop = spark.hadoopConfiguration();
    try {
      Path folder = ModelFolder.onThisHost(conf.engine().model(), hadoop);
      CheckpointInventory inventory = CheckpointInventory.check(folder);
      conf.engine().indexPrecision().check(inventory.config().indexer().dim());
      int threads = EngineSpec.executorThreads(spark);
      ExecutorMemory.of(spark)
          .check(
              MemoryPlan.of(inventory, conf.engine().chunkTokens(), threads),
              conf.engine().memoryLimitBytes());
      boolean tokenizes = DocumentPreparation.needsTokenizer(conf);
      if (tokenizes && !Files.exists(folder.resolve(DocumentTokenizer.FILE))) {
        throw new InvalidRunException(
            "Cannot open tokenizer: no file "
                + folder.resolve(DocumentTokenizer.FILE)
                + ". Add it; without one, only token ids can be read, to score or embed them");
      }
      EngineSpec spec =
          new EngineSpec(
              location(conf.engine().model(), folder),
              CheckpointFingerprint.sha256(folder),
              tokenizes,
              threads);
      if (spark.isLocal()) {
        ExecutorEngine.lease(spec, conf, hadoop).close();
      } else {
        inventory.verifyValues();
      }
      return new RunModel(folder, spec, inventory.config());
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  private static void checkDevice(JobConf.Engine engine) {
    if (!engine.device().equals("auto")) {
      throw new InvalidRunException(
          "Invalid device: %s (expected auto: backend %s has no devices to choose from)"
              .formatted(engine.device(), engine.backend()));
    }
  }

  /** Where executors find the model; a local folder whatever their working directory. */
  static String location(String given, Path folder) {
    return Files.isDirectory(Path.of(given)) ? folder.toAbsolutePath().toString() : given;
  }

  /** Estimates costs of documents, measuring the tokenizer by the beginnings of some. */
  DocumentCost cost(JobConf conf, List<byte[]> samples) {
    boolean generates = conf.task() == JobConf.Task.GENERATE;
    return new DocumentCost(
        PlannedCost.of(config, conf.engine().attention(), conf.engine().topK()),
        conf.input().tokensColumn().isEmpty() ? tokensPerByte(samples) : 1,
        generates ? conf.generation().maxNewTokens() : 0);
  }

  private double tokensPerByte(List<byte[]> samples) {
    long bytes = 0;
    long tokens = 0;
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(folder)) {
      for (byte[] sample : samples) {
        bytes += sample.length;
        tokens += tokenizer.tokenize(new String(sample, StandardCharsets.UTF_8)).count();
      }
    }
    return bytes == 0 ? USUAL_TOKENS_PER_BYTE : (double) tokens / bytes;
  }
}
