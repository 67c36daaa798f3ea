package org.longread.job.task;

import org.longread.kernels.Reading;

/**
 * A document on its way to its rows: its shared tokens are read, its questions are asked when a
 * batch has room for them. Owns what it holds of the engine until closed; belongs to one thread.
 */
public sealed interface OpenDocument extends AutoCloseable
    permits OutputTask.Answered, GeneratedDocument {
  /** Whether a question still waits to be asked. */
  boolean hasUnasked();

  /** The next question; to be read, and then put into a batch. */
  Question ask();

  /**
   * A question that is read after its document.
   *
   * @param reading what the engine is to read
   * @param answer where its answer goes
   */
  record Question(Reading reading, Answering answer) {
    /**
     * Puts the answer into the batch.
     *
     * @throws RuntimeException if the question could not be read; the others of the batch are
     *     unharmed
     */
    public void join(DecodingBatch batch) {
      reading.check();
      answer.join(batch);
    }
  }

  /** An answer about to begin. */
  @FunctionalInterface
  interface Answering {
    /** Begins it. */
    void join(DecodingBatch batch);
  }

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
