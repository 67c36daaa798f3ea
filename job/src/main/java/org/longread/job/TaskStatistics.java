package org.longread.job;

import java.io.Serializable;
import java.util.List;
import org.longread.kernels.EngineStats;

/**
 * One Spark task attempt: a row of the statistics table.
 *
 * @param wallNanos from first to last document of the attempt
 * @param costUsd at the given price; NaN if there is none
 * @param around time spent around the engine
 * @param buckets throughput by document length
 * @param suspicions documents that the watchdog warned of; not in the table, but in receipts
 */
public record TaskStatistics(
    Where where,
    long documentsIn,
    long documentsFailed,
    long rowsOut,
    long rowsFailed,
    long tokensIn,
    long tokensOut,
    long wallNanos,
    double costUsd,
    EngineStats stats,
    NanosAround around,
    List<LengthBucket> buckets,
    Suspicions suspicions)
    implements Serializable {

  public TaskStatistics {
    buckets = List.copyOf(buckets);
    suspicions = suspicions == null ? Suspicions.NONE : suspicions; // receipts had none before 0.2
  }

  /** Which attempt, where, on what. */
  public record Where(
      String runId,
      int partitionId,
      int attempt,
      String executorId,
      String host,
      String backend,
      String device)
      implements Serializable {}

  /** Wall nanoseconds outside the engine. */
  public record NanosAround(long readNanos, long tokenizeNanos, long writeNanos)
      implements Serializable {}

  /** Documents of {@code minTokens} to {@code maxTokens} tokens, both inclusive. */
  public record LengthBucket(
      long minTokens, long maxTokens, long documents, long tokens, long wallNanos)
      implements Serializable {}

  /** Tokens in and out per second of wall time. */
  public double tokensPerSecond() {
    return wallNanos == 0 ? 0 : (tokensIn + tokensOut) * 1e9 / wallNanos;
  }
}
