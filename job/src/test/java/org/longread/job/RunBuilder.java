package org.longread.job;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.IndexPrecision;

/** Builds the configuration of a run on the demo model; every test says only what matters to it. */
final class RunBuilder {
  static final Path MODEL = Path.of("..", "deploy", "demo", "model");

  private final Path output;
  private String scheme = "";
  private String input = "";
  private String textColumn = "text";
  private String tokensColumn = "";
  private String partColumn = "";
  private String questionsColumn = "";
  private String continuationColumn = "";
  private String model = MODEL.toString();
  private JobConf.Task task = JobConf.Task.SCORE;
  private JobConf.Prompt prompt = new JobConf.Prompt("", "", JobConf.PromptFormat.PLAIN);
  private JobConf.Generation generation = new JobConf.Generation(8, List.of("."), 0, 1, 0);
  private JobConf.Limits limits =
      new JobConf.Limits(0, JobConf.OnTooLong.ERROR, JobConf.OnSuspicion.WARN, 0, 1);
  private JobConf.Resuming resuming = new JobConf.Resuming(JobConf.Resume.RETRY_FAILED, 30);
  private int evidenceSpans;
  private double usdPerHour;
  private JobConf.Pooling pooling = JobConf.Pooling.MEAN;
  private JobConf.Compression compression = JobConf.Compression.NONE;
  private int partitions;
  private double sampleQuality;
  private IndexPrecision indexPrecision = IndexPrecision.F32;
  private ComputePrecision computePrecision = ComputePrecision.F32;
  private String device = "auto";
  private long memoryLimit;
  private int maxBatchSequences = 16;
  private EngineOptions.Placement weights = EngineOptions.Placement.AUTO;
  private AttentionMode attention = AttentionMode.AUTO;
  private int topK;

  RunBuilder(Path output) {
    this.output = output;
  }

  /** For an output folder with its file system. */
  static RunBuilder at(String uri) {
    String path = URI.create(uri).getPath();
    RunBuilder builder = new RunBuilder(Path.of(path));
    builder.scheme = uri.substring(0, uri.length() - path.length());
    return builder;
  }

  /** Writes through another file system that has the same files. */
  RunBuilder through(String fileSystem) {
    scheme = fileSystem + "://";
    return this;
  }

  RunBuilder input(Path path) {
    return input(path.toString());
  }

  RunBuilder input(String location) {
    input = location;
    return this;
  }

  RunBuilder text(String column) {
    textColumn = column;
    tokensColumn = "";
    return this;
  }

  RunBuilder tokens(String column) {
    tokensColumn = column;
    textColumn = "";
    return this;
  }

  RunBuilder parts(String column) {
    partColumn = column;
    return this;
  }

  RunBuilder questions(String column) {
    questionsColumn = column;
    return this;
  }

  RunBuilder continuation(String column) {
    continuationColumn = column;
    return this;
  }

  RunBuilder model(Path folder) {
    return model(folder.toString());
  }

  RunBuilder model(String location) {
    model = location;
    return this;
  }

  RunBuilder task(JobConf.Task value) {
    task = value;
    return this;
  }

  RunBuilder prompt(String prefix, String suffix) {
    prompt = new JobConf.Prompt(prefix, suffix, prompt.format());
    return this;
  }

  RunBuilder generation(JobConf.Generation value) {
    generation = value;
    return this;
  }

  RunBuilder limit(int maxDocumentTokens, JobConf.OnTooLong onTooLong) {
    limits =
        new JobConf.Limits(
            maxDocumentTokens, onTooLong, limits.watchdog(), limits.minCapturedMass(), 1);
    return this;
  }

  RunBuilder watchdog(JobConf.OnSuspicion policy, double minCapturedMass) {
    limits =
        new JobConf.Limits(
            limits.maxDocumentTokens(), limits.onTooLong(), policy, minCapturedMass, 1);
    return this;
  }

  RunBuilder resume(JobConf.Resume how, int commitSeconds) {
    resuming = new JobConf.Resuming(how, commitSeconds);
    return this;
  }

  RunBuilder evidence(int spans) {
    evidenceSpans = spans;
    return this;
  }

  RunBuilder usdPerHour(double price) {
    usdPerHour = price;
    return this;
  }

  RunBuilder pooling(JobConf.Pooling value) {
    pooling = value;
    return this;
  }

  RunBuilder compression(JobConf.Compression value) {
    compression = value;
    return this;
  }

  RunBuilder partitions(int count) {
    partitions = count;
    return this;
  }

  RunBuilder computePrecision(ComputePrecision precision) {
    computePrecision = precision;
    return this;
  }

  RunBuilder indexPrecision(IndexPrecision precision) {
    indexPrecision = precision;
    return this;
  }

  RunBuilder sampleQuality(double share) {
    sampleQuality = share;
    return this;
  }

  RunBuilder device(String name) {
    device = name;
    return this;
  }

  RunBuilder memoryLimit(long bytes) {
    memoryLimit = bytes;
    return this;
  }

  RunBuilder maxBatchSequences(int count) {
    maxBatchSequences = count;
    return this;
  }

  RunBuilder weights(WeightsMode mode) {
    weights = new EngineOptions.Placement(mode, 0);
    return this;
  }

  RunBuilder attention(AttentionMode mode, int kept) {
    attention = mode;
    topK = kept;
    return this;
  }

  RunBuilder format(JobConf.PromptFormat format) {
    prompt = new JobConf.Prompt(prompt.prefix(), prompt.suffix(), format);
    return this;
  }

  JobConf conf() {
    return new JobConf(
        new JobConf.Input(
            input,
            "parquet",
            "id",
            textColumn,
            tokensColumn,
            partColumn,
            questionsColumn,
            continuationColumn),
        scheme + output,
        new JobConf.Engine(
            model,
            "auto",
            device,
            attention,
            topK,
            sampleQuality,
            indexPrecision,
            1,
            memoryLimit,
            512,
            maxBatchSequences,
            weights,
            computePrecision),
        task,
        prompt,
        generation,
        limits,
        resuming,
        new JobConf.Reporting(evidenceSpans, usdPerHour, pooling, compression, partitions));
  }

  /** Runs, and yields the result rows in order of document and question. */
  List<ArrowRow> run(SparkSession spark) throws Exception {
    InferenceJob.run(spark, conf());
    return results();
  }

  List<ArrowRow> results() throws Exception {
    return ArrowRow.read(output.resolve("results"));
  }
}
