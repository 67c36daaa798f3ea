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
import org.longread.kernels.Reading;
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
  /** Where nothing is generated, a sweep takes many documents for each answer of a batch. */
  private static final int DOCUMENTS_PER_ANSWER = 64;

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
    if (askSome()) {
      return true;
    }
    if (alone || !again.isEmpty()) {
      return readAgain();
    }
    return inference.engine().streams() ? readMany() : readOne();
  }

  private boolean readOne() throws InterruptedException {
    return waiting.isEmpty() ? take() : readWaiting();
  }

  /** As many questions as read together gain from it, and as the batch has room for. */
  private boolean askSome() {
    int most = inference.engine().streams() ? batch.room() : 1;
    List<Part> parts = new ArrayList<>();
    for (Admission one : List.copyOf(open)) {
      while (parts.size() < most && one.hasUnasked()) {
        advance(one, () -> parts.add(new Part(one, one.ask())));
      }
    }
    readTogether(parts, (one, nanos) -> one.join(batch, nanos));
    return !parts.isEmpty();
  }

  /** Reads what memory is free for: a sweep over streamed weights serves all of it. */
  private boolean readMany() throws InterruptedException {
    List<Admission> admitted = new ArrayList<>();
    boolean took = false;
    while (admitted.size() < batch.room() * DOCUMENTS_PER_ANSWER
        && (waiting.isPresent() || take())) {
      took = true;
      if (waiting.isEmpty()) {
        continue; // it could not be prepared
      }
      Admission next = waiting.get();
      if (open.isEmpty() && admitted.isEmpty()) {
        inference.memory().reserve(next.plannedBytes());
      } else if (!inference.memory().tryReserve(next.plannedBytes())) {
        break;
      }
      waiting = Optional.empty();
      progress.waiting(-1);
      admitted.add(next);
    }
    boolean waits = admitted.isEmpty() && waiting.isPresent();
    List<Long> tokens = admitted.stream().map(Admission::tokens).toList();
    read(admitted);
    for (int i = 0; i < admitted.size(); i++) {
      progress.read(tokens.get(i), admitted.get(i).plannedCost());
    }
    return took && !waits;
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
    read(List.of(next));
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
      read(List.of(again.remove()));
    }
    return true;
  }

  private void read(List<Admission> admitted) {
    List<Part> parts = new ArrayList<>();
    open.addAll(admitted);
    for (Admission one : admitted) {
      advance(one, () -> parts.add(new Part(one, one.begin())));
    }
    readTogether(parts, Admission::opened);
  }

  /** A reading of a document. */
  private record Part(Admission of, Reading reading) {}

  /** What follows a reading that took so long. */
  @FunctionalInterface
  private interface Following {
    void go(Admission one, long nanos) throws DocumentException;
  }

  /** Reads for several documents at once; each goes on, or fails, by itself. */
  private void readTogether(List<Part> parts, Following following) {
    long start = System.nanoTime();
    inference.engine().read(parts.stream().map(Part::reading).toList());
    long elapsed = System.nanoTime() - start;
    long all = Math.max(1, parts.stream().mapToLong(part -> part.reading().tokens()).sum());
    for (Part part : parts) {
      long share = Math.round((double) elapsed * part.reading().tokens() / all);
      if (!part.of().isDone()) {
        advance(part.of(), () -> following.go(part.of(), share));
      }
    }
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
  private interface Move {
    void run() throws DocumentException;
  }

  private void advance(Admission one, Move move) {
    try {
      move.run();
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
