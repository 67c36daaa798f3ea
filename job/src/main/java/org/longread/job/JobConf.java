package org.longread.job;

import java.io.Serializable;
import java.util.List;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.IndexPrecision;

/**
 * A validated run, shipped to executors. Every field is one option of {@code JobOptions}, which
 * holds defaults, units and meaning.
 */
public record JobConf(
    Input input,
    String output,
    Engine engine,
    Task task,
    Prompt prompt,
    Generation generation,
    Limits limits,
    Resuming resuming,
    Reporting reporting)
    implements Serializable {

  /** Where documents come from; a column not used is "". One of text and tokens column is set. */
  public record Input(
      String path,
      String format,
      String idColumn,
      String textColumn,
      String tokensColumn,
      String partColumn,
      String questionsColumn,
      String continuationColumn)
      implements Serializable {}

  /**
   * The model and how it attends. {@code topK} 0 takes the model's own; memory limit 0 takes most
   * of the heap.
   */
  public record Engine(
      String model,
      String backend,
      String device,
      AttentionMode attention,
      int topK,
      double sampleQuality,
      IndexPrecision indexPrecision,
      int indexReuse,
      long memoryLimitBytes,
      int chunkTokens,
      int maxBatchSequences,
      EngineOptions.Placement weights,
      ComputePrecision computePrecision)
      implements Serializable {
    /** An engine that computes in float32 and puts weights where they fit. */
    public Engine(
        String model,
        String backend,
        String device,
        AttentionMode attention,
        int topK,
        double sampleQuality,
        IndexPrecision indexPrecision,
        int indexReuse,
        long memoryLimitBytes,
        int chunkTokens,
        int maxBatchSequences) {
      this(
          model,
          backend,
          device,
          attention,
          topK,
          sampleQuality,
          indexPrecision,
          indexReuse,
          memoryLimitBytes,
          chunkTokens,
          maxBatchSequences,
          EngineOptions.Placement.AUTO,
          ComputePrecision.F32);
    }
  }

  /** What is asked of every document. */
  public enum Task {
    /** An answer per question. */
    GENERATE,
    /** Log-probability and bits per byte. */
    SCORE,
    /** One vector. */
    EMBED
  }

  /** What stands around prefix, document and question. */
  public enum PromptFormat {
    /** Nothing. */
    PLAIN,
    /** The model's chat template, for an answer at once. */
    CHAT,
    /** The model's chat template, for an answer after reasoning. */
    CHAT_THINKING
  }

  /** Text put before and after every document, and the form of the whole. */
  public record Prompt(String prefix, String suffix, PromptFormat format) implements Serializable {}

  /** How an answer is continued; {@code temperature} 0 is greedy. */
  public record Generation(
      int maxNewTokens, List<String> stop, double temperature, double topP, long seed)
      implements Serializable {
    public Generation {
      stop = List.copyOf(stop);
    }
  }

  /** What is refused, cut or tolerated. {@code maxDocumentTokens} 0 takes the model's own. */
  public record Limits(
      int maxDocumentTokens,
      OnTooLong onTooLong,
      OnSuspicion watchdog,
      double minCapturedMass,
      double maxFailedFraction)
      implements Serializable {}

  /** What happens to a document whose selections look wrong. */
  public enum OnSuspicion {
    /** An error row. */
    ERROR,
    /** Its rows stand, and the run's last lines warn. */
    WARN,
    /** Nobody looks. */
    OFF
  }

  /** What happens to a document over the limit. */
  public enum OnTooLong {
    /** An error row. */
    ERROR,
    /** Keep the beginning. */
    HEAD,
    /** Keep the end. */
    TAIL,
    /** Keep beginning and end in equal parts. */
    MIDDLE
  }

  /** What a run does that was started before. */
  public enum Resume {
    /** Goes on; documents that failed are read again. */
    RETRY_FAILED,
    /** Goes on; rows of documents that failed stay. */
    SKIP_FAILED,
    /** Nothing: the output must be new. */
    NEVER
  }

  /** How a run goes on, and how often finished documents are made safe. */
  public record Resuming(Resume resume, int commitSeconds) implements Serializable {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    long commitNanos() {
      return commitSeconds * NANOS_PER_SECOND;
    }
  }

  /** How an embedding is pooled. */
  public enum Pooling {
    /** Mean over all positions. */
    MEAN,
    /** The last position. */
    LAST
  }

  /** How Arrow files are compressed. */
  public enum Compression {
    /** Not at all. */
    NONE,
    /** Zstandard. */
    ZSTD
  }

  /**
   * What is written beside the answer. Price 0 is unknown; {@code partitions} 0 lets the job
   * choose.
   */
  public record Reporting(
      int evidenceSpans,
      double usdPerHour,
      Pooling pooling,
      Compression compression,
      int partitions)
      implements Serializable {}
}
