package org.longread.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.read.Document;
import org.longread.job.task.DecodingBatch;
import org.longread.job.task.DocumentException;
import org.longread.kernels.ops.DeviceException;

/**
 * Documents of a partition in, their outcomes in the same order out; answers of several documents
 * are generated in one batch.
 *
 * <p>While the batch has room and the memory planned for it is free, the next question is asked or
 * the next document read; else the batch takes a step. A document keeps its memory until its last
 * answer. One that is alone waits for memory; one that joins others takes it only if it is free, so
 * that task threads which hold some never wait for each other. If a step of several documents
 * fails, each is read again on its own and blamed for its own failure only.
 *
 * <p>Owns the open documents and their memory until closed. Used by one thread.
 */
final class AdmissionQueue implements AutoCloseable {
  private final Iterator<Document> documents;
  private final DocumentInference inference;
  private final Progress progress;
  private final DecodingBatch batch;
  private final Deque<Admission> inOrder = new ArrayDeque<>();
  private final List<Admission> open = new ArrayList<>();
  private final Deque<Admission> again = new ArrayDeque<>();
  private Optional<Admission> waiting = Optional.empty();
  private boolean alone;

  /** Told of every document once: when it is read, or cannot be; its answers may take a while. */
  @FunctionalInterface
  interface Progress {
    void read(long tokens, double plannedCost);

    /** So many documents more, or less, wait for memory or for room in the batch. */
    default void waiting(int change) {}
  }

  AdmissionQueue(
      Iterator<Document> documents,
      DocumentInference inference,
      int maxSequences,
      Progress progress) {
    this.documents = documents;
    this.inference = inference;
    this.progress = progress;
    this.batch = new DecodingBatch(inference.engine(), maxSequences);
  }

  /**
   * The outcome of the next document; empty if there is none.
   *
   * @throws InterruptedException if the thread was interrupted while it waited for memory
   * @throws CancellationException if it was interrupted otherwise
   */
  Optional<Outcome> next() throws InterruptedException {
    while (inOrder.isEmpty() || !inOrder.peek().isDone()) {
      if (!admit()) {
        if (batch.isEmpty()) {
          return Optional.empty();
        }
        step();
      }
    }
    return Optional.of(inOrder.remove().outcome());
  }

  /** Whether a question was asked or a document taken; not if the batch has to step first. */
  private boolean admit() throws InterruptedException {
    if (!batch.hasRoom()) {
      return false;
    }
    for (Admission one : open) {
      if (one.hasUnasked()) {
        advance(one, () -> one.ask(batch));
        return true;
      }
    }
    if (alone || !again.isEmpty()) {
      return readAgain();
    }
    if (waiting.isEmpty()) {
      return take();
    }
    return readWaiting();
  }

  /** Takes a document from the partition and prepares it. */
  private boolean take() {
    if (!documents.hasNext()) {
      return false;
    }
    Admission next = new Admission(inference, documents.next());
    inOrder.add(next);
    if (next.isDone()) {
      progress.read(0, next.plannedCost());
    } else {
      waiting = Optional.of(next);
      progress.waiting(1);
    }
    return true;
  }

  private boolean readWaiting() throws InterruptedException {
    Admission next = waiting.orElseThrow();
    if (open.isEmpty()) {
      inference.memory().reserve(next.plannedBytes());
    } else if (!inference.memory().tryReserve(next.plannedBytes())) {
      return false;
    }
    waiting = Optional.empty();
    progress.waiting(-1);
    long tokens = next.tokens();
    read(next);
    progress.read(tokens, next.plannedCost());
    return true;
  }

  /** After a step failed: one document at a time, its memory still reserved. */
  private boolean readAgain() {
    if (!batch.isEmpty()) {
      return false;
    }
    alone = !again.isEmpty();
    if (alone) {
      read(again.remove());
    }
    return true;
  }

  private void read(Admission one) {
    open.add(one);
    advance(one, one::read);
  }

  private void step() {
    try {
      batch.step();
    } catch (CancellationException | DeviceException e) {
      throw e;
    } catch (RuntimeException e) {
      separate(e);
    }
    release();
  }

  /** A failed pass leaves none of its sequences usable. */
  private void separate(RuntimeException cause) {
    if (open.size() == 1) {
      open.get(0).fail(cause);
      return;
    }
    for (Admission one : open) {
      one.close(batch);
      again.add(one);
    }
    open.clear();
  }

  @FunctionalInterface
  private interface Part {
    void run() throws DocumentException;
  }

  private void advance(Admission one, Part part) {
    try {
      part.run();
    } catch (DocumentException | RuntimeException e) {
      one.fail(e);
    }
    release();
  }

  /** Gives back what finished documents held. */
  private void release() {
    for (Admission one : List.copyOf(open)) {
      one.finish();
      if (one.isDone()) {
        open.remove(one);
        release(one);
      }
    }
  }

  private void release(Admission one) {
    one.close(batch);
    inference.memory().release(one.plannedBytes());
  }

  @Override
  public void close() {
    waiting.ifPresent(document -> progress.waiting(-1));
    waiting = Optional.empty();
    open.forEach(this::release);
    again.forEach(this::release);
  }
}
