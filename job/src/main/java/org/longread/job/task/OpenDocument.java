package org.longread.job.task;

/**
 * A document on its way to its rows: its shared tokens are read, its questions are asked when a
 * batch has room for them. Owns what it holds of the engine until closed; belongs to one thread.
 */
public sealed interface OpenDocument extends AutoCloseable
    permits OutputTask.Answered, GeneratedDocument {
  /** Whether a question still waits to be asked. */
  boolean hasUnasked();

  /**
   * Reads the next question and puts its answer into the batch.
   *
   * @throws RuntimeException if it cannot be read; the others of the batch are unharmed
   */
  void ask(DecodingBatch batch);

  /** Whether {@link #answered} has something to say. */
  boolean isFinished();

  /**
   * The rows, once {@link #isFinished finished}.
   *
   * @throws DocumentException if an answer turned out impossible
   */
  OutputTask.Answered answered() throws DocumentException;

  /** Its part of the time batches took for their steps. */
  long stepNanos();

  @Override
  void close();
}
