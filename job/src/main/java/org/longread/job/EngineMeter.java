package org.longread.job;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what all task threads of this JVM do with its engines. Safe for use by all of them. */
final class EngineMeter {
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongAdder tokensRead = new LongAdder();
  private final LongAdder tokensWritten = new LongAdder();
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final LongAdder kernelNanos = new LongAdder();
  private final AtomicLong deviceBytes = new AtomicLong();
  private final MinuteRate rate = new MinuteRate();

  /** A document was read. */
  void read(long tokens) {
    tokensRead.add(tokens);
    rate.add(tokens, System.nanoTime());
  }

  /** So many documents more, or less, wait. */
  void waiting(int change) {
    waiting.add(change);
  }

  /** A document's outcome. */
  void add(DocumentInference.Outcome outcome) {
    (outcome.failed() ? failed : done).increment();
    tokensWritten.add(outcome.tokensOut());
    rate.add(outcome.tokensOut(), System.nanoTime());
    kernelNanos.add(outcome.stats().device().kernelNanos());
    if (outcome.stats().device().memoryBytes() > 0) {
      deviceBytes.set(outcome.stats().device().memoryBytes());
    }
  }

  /** What was counted, with what the open engines hold. */
  ExecutorReading reading(int enginesOpen, long cacheBytes) {
    return new ExecutorReading(
        tokensRead.sum(),
        tokensWritten.sum(),
        rate.perSecond(System.nanoTime()),
        done.sum(),
        failed.sum(),
        waiting.sum(),
        cacheBytes,
        enginesOpen == 0 ? 0 : deviceBytes.get(),
        kernelNanos.sum() / NANOS_PER_SECOND,
        enginesOpen);
  }
}
