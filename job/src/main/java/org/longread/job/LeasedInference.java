package org.longread.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.read.Document;
import org.longread.job.task.ResultRow;
import org.longread.kernels.ops.DeviceException;

/**
 * The engine of this JVM, leased to answer documents. Owns its lease and the queue of documents in
 * flight until closed. Used by one thread.
 */
public final class LeasedInference implements AutoCloseable {
  private final ExecutorEngine shared;
  private final DocumentInference inference;
  private final int maxSequences;
  private final List<AdmissionQueue> open = new ArrayList<>();

  LeasedInference(ExecutorEngine shared, DocumentInference inference, int maxSequences) {
    this.shared = shared;
    this.inference = inference;
    this.maxSequences = maxSequences;
  }

  /** The rows of many documents, in their order, answered in batches as they are asked for. */
  public Iterator<ResultRow> answer(Iterator<Document> documents) {
    AdmissionQueue queue = queue(documents);
    open.add(queue);
    return new Rows(queue);
  }

  /** The rows of one document, in order of its questions. */
  public List<ResultRow> answer(Document document) {
    try (AdmissionQueue queue = queue(List.of(document).iterator())) {
      return next(queue).orElseThrow().rows();
    }
  }

  private AdmissionQueue queue(Iterator<Document> documents) {
    return new AdmissionQueue(documents, inference, maxSequences, (tokens, cost) -> {});
  }

  private static Optional<Outcome> next(AdmissionQueue queue) {
    try {
      Optional<Outcome> next = queue.next();
      if (!Thread.currentThread().isInterrupted()) {
        return next;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DeviceException e) {
      throw ExecutorDevice.failed(e);
    }
    throw new CancellationException("Cannot go on: the Spark task was interrupted");
  }

  /** Frees what documents in flight hold, and ends the lease. */
  @Override
  public void close() {
    open.forEach(AdmissionQueue::close);
    open.clear();
    shared.close();
  }

  private static final class Rows implements Iterator<ResultRow> {
    private final AdmissionQueue queue;
    private Iterator<ResultRow> rows = Collections.emptyIterator();

    Rows(AdmissionQueue queue) {
      this.queue = queue;
    }

    @Override
    public boolean hasNext() {
      while (!rows.hasNext()) {
        Optional<Outcome> next = LeasedInference.next(queue);
        if (next.isEmpty()) {
          return false;
        }
        rows = next.get().rows().iterator();
      }
      return true;
    }

    @Override
    public ResultRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return rows.next();
    }
  }
}
