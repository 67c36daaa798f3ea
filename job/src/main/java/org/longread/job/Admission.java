package org.longread.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.longread.job.DocumentInference.Nanos;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.DocumentInference.Subject;
import org.longread.job.read.Document;
import org.longread.job.task.DecodingBatch;
import org.longread.job.task.DocumentException;
import org.longread.job.task.OpenDocument;
import org.longread.job.task.PendingDocument;
import org.longread.job.task.PreparedDocument;
import org.longread.kernels.Reading;

/** One document on its way through an {@link AdmissionQueue}, and the time it took. */
final class Admission {
  private final DocumentInference inference;
  private final Subject subject;
  private final long tokenizeNanos;
  private Optional<PreparedDocument> prepared = Optional.empty();
  private Optional<OpenDocument> open = Optional.empty();
  private Optional<PendingDocument> pending = Optional.empty();
  private final Deque<OpenDocument.Question> asked = new ArrayDeque<>();
  private Optional<Outcome> outcome = Optional.empty();
  private long plannedBytes;
  private long readNanos;

  /** Prepares a document; it is done if that fails. */
  Admission(DocumentInference inference, Document document) {
    this.inference = inference;
    this.subject = inference.subject(document);
    long start = System.nanoTime();
    Optional<Exception> failure = Optional.empty();
    try {
      prepared = Optional.of(inference.prepare(document));
      plannedBytes = inference.plannedBytes(prepared.get());
    } catch (DocumentException | RuntimeException e) {
      failure = Optional.of(e);
    }
    tokenizeNanos = System.nanoTime() - start;
    failure.ifPresent(this::fail);
  }

  /** Bytes to hold from {@link #begin} until it is done. */
  long plannedBytes() {
    return plannedBytes;
  }

  /** Tokens to read, until it is done. */
  long tokens() {
    return prepared.orElseThrow().tokensIn();
  }

  double plannedCost() {
    return subject.plannedCost();
  }

  /** Plans the reading of the document, all but its questions. */
  Reading begin() throws DocumentException {
    pending = Optional.of(inference.begin(prepared.orElseThrow()));
    return pending.get().reading();
  }

  /** Opens the document, once it was read in {@code nanos}. */
  void opened(long nanos) throws DocumentException {
    readNanos += nanos;
    try (PendingDocument read = pending.orElseThrow()) {
      open = Optional.of(read.opened());
    } finally {
      pending = Optional.empty();
    }
  }

  boolean hasUnasked() {
    return open.filter(OpenDocument::hasUnasked).isPresent();
  }

  /** The next question, to be read. */
  Reading ask() {
    OpenDocument.Question next = open.orElseThrow().ask();
    asked.add(next);
    return next.reading();
  }

  /**
   * The answer to the first question that was asked joins the batch; it was read in {@code nanos}.
   */
  void join(DecodingBatch batch, long nanos) {
    readNanos += nanos;
    asked.remove().join(batch);
  }

  /** Notes the outcome if every answer has ended. */
  void finish() {
    if (isDone() || open.filter(OpenDocument::isFinished).isEmpty()) {
      return;
    }
    try {
      outcome =
          Optional.of(inference.answered(prepared.orElseThrow(), open.get().answered(), nanos()));
      prepared = Optional.empty(); // the rows may wait for those of an earlier document
    } catch (DocumentException | RuntimeException e) {
      fail(e);
    }
  }

  /** Ends the document with an error row; an interrupt is thrown on. */
  void fail(Exception cause) {
    outcome = Optional.of(inference.failed(subject, cause, nanos()));
    prepared = Optional.empty();
  }

  private Nanos nanos() {
    return new Nanos(tokenizeNanos, readNanos + open.map(OpenDocument::stepNanos).orElse(0L));
  }

  boolean isDone() {
    return outcome.isPresent();
  }

  Outcome outcome() {
    return outcome.orElseThrow();
  }

  /** Closes its sessions and takes its answers out of the batch; it may be read again. */
  void close(DecodingBatch batch) {
    pending.ifPresent(PendingDocument::close);
    pending = Optional.empty();
    asked.clear();
    open.ifPresent(
        one -> {
          batch.leave(one);
          one.close();
        });
    open = Optional.empty();
  }
}
