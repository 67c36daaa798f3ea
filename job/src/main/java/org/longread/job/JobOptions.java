package org.longread.job;

import static org.longread.job.JobOption.Effect.NONE;
import static org.longread.job.JobOption.Effect.RESULTS;
import static org.longread.job.JobOption.Group.ENGINE;
import static org.longread.job.JobOption.Group.INPUT;
import static org.longread.job.JobOption.Group.LIMITS;
import static org.longread.job.JobOption.Group.OUTPUT;
import static org.longread.job.JobOption.Group.QUESTION;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.longread.job.JobConf.Compression;
import org.longread.job.JobConf.OnSuspicion;
import org.longread.job.JobConf.OnTooLong;
import org.longread.job.JobConf.Pooling;
import org.longread.job.JobConf.Resume;
import org.longread.job.JobOption.About;
import org.longread.job.JobOption.Effect;
import org.longread.job.JobOption.Group;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.IndexPrecision;

/**
 * Every option of a run, declared once. Command line, Spark conf, config file, help, README and
 * fingerprint follow from this table; {@link OptionValues} turns what was given into a {@link
 * JobConf}.
 */
public final class JobOptions {
  /** What an option's name is preceded by in Spark's configuration. */
  public static final String SPARK_PREFIX = "spark.longread.";

  static final JobOption<String> INPUT_PATH =
      required("input", OptionType.text("PATH"), c -> c.input().path())
          .about(INPUT, RESULTS, "documents: a file or folder on any file system Hadoop knows");
  static final JobOption<String> FORMAT =
      option("input-format", OptionType.text("NAME"), "parquet", c -> c.input().format())
          .about(INPUT, RESULTS, "format of the documents");
  static final JobOption<String> ID_COLUMN =
      option("id-column", OptionType.text("NAME"), "doc_id", c -> c.input().idColumn())
          .about(INPUT, RESULTS, "column with the id of a document, unique, string or integer");
  static final JobOption<String> TEXT_COLUMN =
      option("text-column", OptionType.text("NAME"), "text", c -> c.input().textColumn())
          .about(INPUT, RESULTS, "column with the text, string or UTF-8 bytes");
  static final JobOption<String> TOKENS_COLUMN =
      option("tokens-column", OptionType.text("NAME"), "", c -> c.input().tokensColumn())
          .about(INPUT, RESULTS, "column with token ids (array), read instead of a text column");
  static final JobOption<String> PART_COLUMN =
      option("part-column", OptionType.text("NAME"), "", c -> c.input().partColumn())
          .about(INPUT, RESULTS, "column that orders the parts of documents split over rows");
  static final JobOption<String> QUESTIONS_COLUMN =
      option("questions-column", OptionType.text("NAME"), "", c -> c.input().questionsColumn())
          .about(INPUT, RESULTS, "column with questions (array) asked after one reading");
  static final JobOption<String> CONTINUATION_COLUMN =
      option(
              "continuation-column",
              OptionType.text("NAME"),
              "",
              c -> c.input().continuationColumn())
          .about(INPUT, RESULTS, "column with the text that task score scores, given the document");

  static final JobOption<JobConf.Task> TASK =
      required("task", OptionType.choice(JobConf.Task.class), JobConf::task)
          .about(QUESTION, RESULTS, "an answer, a log-probability or a vector per document");
  static final JobOption<String> PREFIX =
      option("prompt-prefix", OptionType.text("TEXT"), "", c -> c.prompt().prefix())
          .about(QUESTION, RESULTS, "text before every document");
  static final JobOption<String> SUFFIX =
      option("prompt-suffix", OptionType.text("TEXT"), "", c -> c.prompt().suffix())
          .about(QUESTION, RESULTS, "text after every document, the question for instance");
  static final JobOption<JobConf.PromptFormat> PROMPT_FORMAT =
      option(
              "prompt-format",
              OptionType.choice(JobConf.PromptFormat.class),
              "plain",
              c -> c.prompt().format())
          .about(
              QUESTION,
              RESULTS,
              "as it stands, or as the user's message in the model's chat template; chat-thinking"
                  + " has the model reason first");
  static final JobOption<Integer> MAX_NEW_TOKENS =
      option("max-new-tokens", OptionType.count(1), "64", c -> c.generation().maxNewTokens())
          .about(QUESTION, RESULTS, "tokens an answer may have");
  static final JobOption<List<String>> STOP =
      option("stop", OptionType.texts("TEXT"), "", c -> c.generation().stop())
          .about(QUESTION, RESULTS, "text that ends an answer; repeat it, or give a JSON array");
  static final JobOption<Double> TEMPERATURE =
      option("temperature", OptionType.nonNegative(), "0", c -> c.generation().temperature())
          .about(QUESTION, RESULTS, "randomness of an answer; 0 always takes the likeliest token");
  static final JobOption<Double> TOP_P =
      option("top-p", OptionType.positiveFraction(), "1", c -> c.generation().topP())
          .about(QUESTION, RESULTS, "share of the probability that tokens are drawn from");
  static final JobOption<Long> SEED =
      option("seed", OptionType.integer(), "0", c -> c.generation().seed())
          .about(QUESTION, RESULTS, "start of the random numbers, with the document's id");
  static final JobOption<Pooling> POOLING =
      option("pooling", OptionType.choice(Pooling.class), "mean", c -> c.reporting().pooling())
          .about(QUESTION, RESULTS, "hidden state that task embed gives: mean or last position");

  static final JobOption<String> MODEL =
      required("model", OptionType.text("PATH"), c -> c.engine().model())
          .about(ENGINE, RESULTS, "folder with config.json, tokenizer.json and safetensors");
  static final JobOption<AttentionMode> ATTENTION =
      option(
              "attention",
              OptionType.choice(AttentionMode.class),
              "auto",
              c -> c.engine().attention())
          .about(ENGINE, RESULTS, "selected tokens or all of them; auto does as the model says");
  static final JobOption<Integer> TOP_K =
      option("top-k", OptionType.count(0), "0", c -> c.engine().topK())
          .about(ENGINE, RESULTS, "tokens selected per query; 0 takes the model's own number");
  static final JobOption<Double> SAMPLE_QUALITY =
      option("sample-quality", OptionType.fraction(), "0", c -> c.engine().sampleQuality())
          .about(ENGINE, RESULTS, "share of queries whose selection is compared with dense");
  static final JobOption<ComputePrecision> COMPUTE_PRECISION =
      option(
              "compute-precision",
              OptionType.choice(ComputePrecision.class),
              "f32",
              c -> c.engine().computePrecision())
          .about(
              ENGINE,
              RESULTS,
              "arithmetic: f32, or fp8 as servers compute FP8 models, to compare; slow");
  static final JobOption<IndexPrecision> INDEX_PRECISION =
      option(
              "index-precision",
              OptionType.choice(IndexPrecision.class),
              "f32",
              c -> c.engine().indexPrecision())
          .about(ENGINE, RESULTS, "index keys as f32, or as int8 codes in a quarter of the memory");
  static final JobOption<Integer> INDEX_REUSE =
      option("index-reuse", OptionType.count(1), "1", c -> c.engine().indexReuse())
          .about(ENGINE, RESULTS, "layers in a row that share one selection; 1: each selects anew");
  static final JobOption<String> BACKEND =
      option("backend", OptionType.text("NAME"), "auto", c -> c.engine().backend())
          .about(ENGINE, NONE, "kernels to run on; auto takes the best that runs (see doctor)");
  static final JobOption<String> DEVICE =
      option("device", OptionType.text("NAME"), "auto", c -> c.engine().device())
          .about(ENGINE, NONE, "device of the backend; auto lets it choose");
  static final JobOption<WeightsMode> WEIGHTS =
      option(
              "weights",
              OptionType.choice(WeightsMode.class),
              "auto",
              c -> c.engine().weights().mode())
          .about(ENGINE, NONE, "in memory, or read layer by layer; auto streams what does not fit");
  static final JobOption<Long> WEIGHTS_MEMORY =
      option("weights-memory", OptionType.size(), "0", c -> c.engine().weights().streamedBytes())
          .about(ENGINE, NONE, "memory for streamed weights; 0 takes a third of the heap");
  static final JobOption<Integer> CHUNK_TOKENS =
      option(
              "chunk-tokens",
              OptionType.count(1),
              String.valueOf(EngineOptions.DEFAULT_CHUNK_TOKENS),
              c -> c.engine().chunkTokens())
          .about(ENGINE, NONE, "tokens read at once");
  static final JobOption<Integer> MAX_BATCH_SEQUENCES =
      option("max-batch-sequences", OptionType.count(1), "16", c -> c.engine().maxBatchSequences())
          .about(ENGINE, NONE, "answers generated at once, of one document or of several");

  static final JobOption<Integer> MAX_DOCUMENT_TOKENS =
      option("max-document-tokens", OptionType.count(0), "0", c -> c.limits().maxDocumentTokens())
          .about(LIMITS, RESULTS, "tokens a document may have; 0 takes what the model can hold");
  static final JobOption<OnTooLong> ON_TOO_LONG =
      option(
              "on-too-long",
              OptionType.choice(OnTooLong.class),
              "error",
              c -> c.limits().onTooLong())
          .about(LIMITS, RESULTS, "a longer document is an error row, or cut to this part");
  static final JobOption<Long> MEMORY_LIMIT =
      option("memory-limit", OptionType.size(), "0", c -> c.engine().memoryLimitBytes())
          .about(
              LIMITS,
              RESULTS,
              "memory for caches per executor, as in 8g; 0 takes most of the heap");
  static final JobOption<OnSuspicion> WATCHDOG =
      option("watchdog", OptionType.choice(OnSuspicion.class), "warn", c -> c.limits().watchdog())
          .about(LIMITS, RESULTS, "what becomes of a document whose selections look wrong");
  static final JobOption<Double> MIN_CAPTURED_MASS =
      option("min-captured-mass", OptionType.fraction(), "0", c -> c.limits().minCapturedMass())
          .about(LIMITS, RESULTS, "captured mass, as sample-quality finds it, below which they do");
  static final JobOption<Double> MAX_FAILED_FRACTION =
      option("max-failed-fraction", OptionType.fraction(), "0", c -> c.limits().maxFailedFraction())
          .about(LIMITS, NONE, "share of error rows above which the exit status is 3");

  static final JobOption<String> OUTPUT_PATH =
      required("output", OptionType.text("PATH"), JobConf::output)
          .about(OUTPUT, NONE, "folder for results, statistics and manifest");
  static final JobOption<Resume> RESUME =
      option("resume", OptionType.choice(Resume.class), "retry-failed", c -> c.resuming().resume())
          .about(OUTPUT, NONE, "what becomes of a run that the output holds already");
  static final JobOption<Integer> COMMIT_SECONDS =
      option("commit-seconds", OptionType.count(0), "30", c -> c.resuming().commitSeconds())
          .about(OUTPUT, NONE, "seconds between commits: finished work a killed task may lose");
  static final JobOption<Integer> EVIDENCE_SPANS =
      option("evidence-spans", OptionType.count(0), "3", c -> c.reporting().evidenceSpans())
          .about(OUTPUT, RESULTS, "spans of the document named per answer; 0 names none");
  static final JobOption<Double> USD_PER_HOUR =
      option("usd-per-hour", OptionType.nonNegative(), "0", c -> c.reporting().usdPerHour())
          .about(OUTPUT, NONE, "price of an executor in US dollars; 0 leaves cost_usd empty");
  static final JobOption<Compression> COMPRESSION =
      option(
              "compression",
              OptionType.choice(Compression.class),
              "none",
              c -> c.reporting().compression())
          .about(OUTPUT, NONE, "compression of the Arrow files");
  static final JobOption<Integer> PARTITIONS =
      option("partitions", OptionType.count(0), "0", c -> c.reporting().partitions())
          .about(OUTPUT, NONE, "Spark tasks and result files; 0 lets the job choose");

  private static final List<JobOption<?>> ALL =
      List.of(
          INPUT_PATH,
          FORMAT,
          ID_COLUMN,
          TEXT_COLUMN,
          TOKENS_COLUMN,
          PART_COLUMN,
          QUESTIONS_COLUMN,
          CONTINUATION_COLUMN,
          TASK,
          PREFIX,
          SUFFIX,
          PROMPT_FORMAT,
          MAX_NEW_TOKENS,
          STOP,
          TEMPERATURE,
          TOP_P,
          SEED,
          POOLING,
          MODEL,
          ATTENTION,
          TOP_K,
          SAMPLE_QUALITY,
          COMPUTE_PRECISION,
          INDEX_PRECISION,
          INDEX_REUSE,
          BACKEND,
          DEVICE,
          WEIGHTS,
          WEIGHTS_MEMORY,
          CHUNK_TOKENS,
          MAX_BATCH_SEQUENCES,
          MAX_DOCUMENT_TOKENS,
          ON_TOO_LONG,
          MEMORY_LIMIT,
          WATCHDOG,
          MIN_CAPTURED_MASS,
          MAX_FAILED_FRACTION,
          OUTPUT_PATH,
          RESUME,
          COMMIT_SECONDS,
          EVIDENCE_SPANS,
          USD_PER_HOUR,
          COMPRESSION,
          PARTITIONS);

  private JobOptions() {}

  /** Every option, group by group. */
  public static List<JobOption<?>> all() {
    return ALL;
  }

  /** The options of one group. */
  public static Stream<JobOption<?>> of(Group group) {
    return ALL.stream().filter(option -> option.about().group() == group);
  }

  /** Name and value of every option of a run, in the order of {@link #all}. */
  public static Map<String, String> values(JobConf conf) {
    return values(conf, ALL.stream());
  }

  /** Those of {@link #values} that can change a result row: the options in a run's fingerprint. */
  public static Map<String, String> valuesThatChangeResults(JobConf conf) {
    return values(conf, ALL.stream().filter(option -> option.about().effect() == Effect.RESULTS));
  }

  /** Key in Spark's configuration and value of what decides which engine a run opens. */
  public static Map<String, String> valuesThatOpenEngines(JobConf conf) {
    return Stream.of(MODEL, BACKEND, DEVICE, WEIGHTS, WEIGHTS_MEMORY, CHUNK_TOKENS, MEMORY_LIMIT)
        .collect(Collectors.toMap(JobOption::sparkKey, option -> option.show(conf)));
  }

  private static Map<String, String> values(JobConf conf, Stream<JobOption<?>> options) {
    return options.collect(
        Collectors.toMap(
            JobOption::name,
            option -> option.show(conf),
            (first, second) -> first,
            LinkedHashMap::new));
  }

  /** An option that still lacks its description. */
  private record Draft<T>(
      String name, OptionType<T> type, Optional<String> byDefault, Function<JobConf, T> field) {
    JobOption<T> about(Group group, Effect effect, String meaning) {
      return new JobOption<>(name, type, byDefault, new About(group, effect, meaning), field);
    }
  }

  private static <T> Draft<T> required(
      String name, OptionType<T> type, Function<JobConf, T> field) {
    return new Draft<>(name, type, Optional.empty(), field);
  }

  private static <T> Draft<T> option(
      String name, OptionType<T> type, String byDefault, Function<JobConf, T> field) {
    return new Draft<>(name, type, Optional.of(byDefault), field);
  }
}
