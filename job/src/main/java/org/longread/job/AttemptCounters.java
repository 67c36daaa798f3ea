package org.longread.job;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.longread.job.TaskStatistics.LengthBucket;
import org.longread.job.TaskStatistics.NanosAround;
import org.longread.job.read.Document;
import org.longread.job.task.ResultRow;
import org.longread.kernels.EngineStats;

/** Adds up what one Spark task attempt did. Used by one thread. */
final class AttemptCounters {
  private final Map<Integer, LengthBucket> buckets = new TreeMap<>();
  private long documents;
  private long documentsFailed;
  private long rows;
  private long rowsFailed;
  private long tokensIn;
  private long tokensOut;
  private long readNanos;
  private long tokenizeNanos;
  private long writeNanos;
  private EngineStats stats = EngineStats.NONE;
  private Suspicions suspicions = Suspicions.NONE;

  /** The same documents; waiting for them counts as reading. */
  Iterator<Document> timed(Iterator<Document> documents) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = documents.hasNext();
        readNanos += System.nanoTime() - start;
        return more;
      }

      @Override
      public Document next() {
        long start = System.nanoTime();
        Document next = documents.next();
        readNanos += System.nanoTime() - start;
        return next;
      }
    };
  }

  void addWrite(long nanos) {
    writeNanos += nanos;
  }

  /** A document's outcome. */
  void add(DocumentInference.Outcome outcome) {
    documents++;
    rows += outcome.rows().size();
    tokenizeNanos += outcome.tokenizeNanos();
    if (outcome.failed()) {
      documentsFailed++;
      for (ResultRow row : outcome.rows()) {
        if (row.isFailed()) {
          rowsFailed++;
        }
      }
      return;
    }
    tokensIn += outcome.tokensIn();
    tokensOut += outcome.tokensOut();
    stats = stats.plus(outcome.stats());
    suspicions = suspicions.plus(outcome.suspicions());
    int bits = Long.SIZE - Long.numberOfLeadingZeros(outcome.tokensIn());
    long tokens = outcome.tokensIn() + outcome.tokensOut();
    buckets.merge(bits, bucket(bits, tokens, outcome.inferNanos()), AttemptCounters::plus);
  }

  /** Lengths of {@code bits} binary digits: 0, 1, 2 to 3, 4 to 7, ... */
  private static LengthBucket bucket(int bits, long tokens, long nanos) {
    long min = bits == 0 ? 0 : 1L << (bits - 1);
    return new LengthBucket(min, (1L << bits) - 1, 1, tokens, nanos);
  }

  private static LengthBucket plus(LengthBucket a, LengthBucket b) {
    return new LengthBucket(
        a.minTokens(),
        a.maxTokens(),
        a.documents() + b.documents(),
        a.tokens() + b.tokens(),
        a.wallNanos() + b.wallNanos());
  }

  TaskStatistics statistics(TaskStatistics.Where where, long wallNanos, double costUsd) {
    return new TaskStatistics(
        where,
        documents,
        documentsFailed,
        rows,
        rowsFailed,
        tokensIn,
        tokensOut,
        wallNanos,
        costUsd,
        stats,
        new NanosAround(readNanos, tokenizeNanos, writeNanos),
        new ArrayList<>(buckets.values()),
        suspicions);
  }
}
