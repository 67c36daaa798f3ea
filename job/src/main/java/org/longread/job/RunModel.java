package org.longread.job;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.ChatFrame;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.read.PlannedCost;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.WeightPlacement;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.TokenizerFile;
import org.longread.kernels.ops.DeviceRequest;

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
    Configuration hadoop = spark.hadoopConfiguration();
    try {
      Path folder = ModelFolder.onThisHost(conf.engine().model(), hadoop);
      CheckpointInventory inventory = inventory(folder, conf.engine(), spark);
      boolean tokenizes = DocumentPreparation.needsTokenizer(conf);
      if (tokenizes && !Files.exists(folder.resolve(DocumentTokenizer.FILE))) {
        throw new InvalidRunException(
            "Cannot open tokenizer: no file "
                + folder.resolve(DocumentTokenizer.FILE)
                + ". Add it; without one, only token ids can be read, to score or embed them");
      }
      checkChat(conf, folder, inventory.config());
      EngineSpec spec = spec(folder, conf.engine(), tokenizes, spark);
      if (spark.isLocal()) {
        DeviceRequest device = ExecutorDevice.asked(conf.engine());
        ExecutorEngine.lease(spec, conf.engine(), device, hadoop).close();
      } else {
        inventory.verifyValues();
      }
      return new RunModel(folder, spec, inventory.config());
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  /** Checks the files of a model folder, where it lies on this host: no weight is read. */
  static void checkFiles(String location) {
    if (location.contains(":/") || !Files.isDirectory(Path.of(location))) {
      return;
    }
    try {
      CheckpointInventory.check(Path.of(location));
      TokenizerFile.check(Path.of(location));
    } catch (CheckpointException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  /**
   * What executors open for a model, its configuration and shapes checked, with its tokenizer where
   * it has one.
   *
   * @throws InvalidRunException if model or backend cannot be used
   */
  static EngineSpec spec(JobConf.Engine engine, SparkContext spark) {
    try {
      Path folder = ModelFolder.onThisHost(engine.model(), spark.hadoopConfiguration());
      CheckpointInventory unused = inventory(folder, engine, spark);
      boolean tokenizes = Files.exists(folder.resolve(DocumentTokenizer.FILE));
      return spec(folder, engine, tokenizes, spark);
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
  }

  private static EngineSpec spec(
      Path folder, JobConf.Engine engine, boolean tokenizes, SparkContext spark) {
    return new EngineSpec(
        location(engine.model(), folder),
        ExecutorEngine.checksums().of(folder),
        tokenizes,
        EngineSpec.executorThreads(spark.getConf()));
  }

  /** What is in the folder, if these options suit it and an executor has the memory. */
  private static CheckpointInventory inventory(
      Path folder, JobConf.Engine engine, SparkContext spark) {
    checkDevice(engine);
    CheckpointInventory inventory = CheckpointInventory.check(folder);
    engine.attention().check(inventory.config(), engine.topK());
    EngineOptions.check(engine.computePrecision(), inventory.config());
    if (inventory.config().hasIndexer()) {
      engine.indexPrecision().check(inventory.config().indexer().dim());
      engine.indexPrecision().check(engine.computePrecision());
    }
    int threads = EngineSpec.executorThreads(spark.getConf());
    MemoryPlan resident = MemoryPlan.of(inventory, engine.chunkTokens(), threads);
    ExecutorMemory memory = ExecutorMemory.of(spark);
    ExecutorMemory.overheadWarning(spark.getConf())
        .ifPresent(warning -> System.err.println("longread: " + warning));
    WeightPlacement placement =
        WeightPlacement.of(inventory.sizes(), resident, engine.weights(), memory.heapBytes());
    memory.check(resident.with(placement), engine.memoryLimitBytes());
    return inventory;
  }

  /** Renders what goes around prompts, and has the tokenizer read it. */
  private static void checkChat(JobConf conf, Path folder, ModelConfig config) {
    ChatFrame frame = ChatFrame.of(conf.prompt().format(), folder, config.variant());
    if (frame.format() == JobConf.PromptFormat.PLAIN) {
      return;
    }
    try (DocumentTokenizer tokenizer = DocumentTokenizer.open(folder)) {
      frame.check(tokenizer);
    }
  }

  private static void checkDevice(JobConf.Engine engine) {
    boolean mayOffload = Set.of("auto", "tornado").contains(engine.backend());
    if (!engine.device().equals(DeviceRequest.AUTO) && !mayOffload) {
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
