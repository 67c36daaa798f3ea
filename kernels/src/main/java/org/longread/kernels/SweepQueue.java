package org.longread.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.LayerSweep;
import org.longread.kernels.forward.OutputHead;
import org.longread.kernels.forward.Passage;
import org.longread.kernels.forward.TransformerModel;

/**
 * Takes what several threads want to read through the layers together: whatever waits when a sweep
 * begins is part of it.
 *
 * <p>Sweeps run in a thread of their own, so that the interrupt of a thread that waits, which is
 * how Spark cancels a task, ends that task's passages and no others'. The thread is a daemon and
 * ends with {@link #close}.
 */
final class SweepQueue implements AutoCloseable {
  private final TransformerModel model;
  private final LayerSweep layers;
  private final Thread thread;
  private List<Entry> waiting = new ArrayList<>();
  private boolean closed;

  private static final class Entry {
    private final List<? extends SweepErrand> errands;
    private boolean done;
    private Optional<RuntimeException> failure = Optional.empty();

    Entry(List<? extends SweepErrand> errands) {
      this.errands = errands;
    }
  }

  SweepQueue(TransformerModel model, LayerSweep layers) {
    this.model = model;
    this.layers = layers;
    this.thread = new Thread(this::serve, "longread-sweep");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Runs errands, with those of others.
   *
   * @throws CancellationException if this thread is interrupted; its passages are given up
   * @throws RuntimeException if the sweep itself fails
   */
  void run(List<? extends SweepErrand> errands) {
    if (errands.isEmpty()) {
      return;
    }
    Entry entry = new Entry(errands);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("Cannot read tokens: the engine is closed");
      }
      waiting.add(entry);
      notifyAll();
      try {
        while (!entry.done && !closed) {
          wait();
        }
      } catch (InterruptedException e) {
        waiting.remove(entry);
        errands.forEach(errand -> errand.passage().abandon());
        Thread.currentThread().interrupt();
        throw new CancellationException("Cannot finish the forward pass: thread interrupted");
      }
    }
    if (!entry.done) {
      throw new IllegalStateException("Cannot read tokens: the engine is closed");
    }
    entry.failure.ifPresent(
        cause -> {
          throw cause;
        });
    for (SweepErrand errand : errands) {
      errand.passage().failure().ifPresent(errand::fail);
    }
  }

  private void serve() {
    for (List<Entry> entries = next(); !entries.isEmpty(); entries = next()) {
      Optional<RuntimeException> failure = Optional.empty();
      try {
        sweep(entries.stream().flatMap(entry -> entry.errands.stream()).toList());
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      } catch (Error e) {
        failure = Optional.of(new IllegalStateException("Cannot finish the forward pass: " + e, e));
      }
      done(entries, failure);
    }
  }

  private void sweep(List<? extends SweepErrand> errands) {
    List<Passage> passages = errands.stream().map(SweepErrand::passage).toList();
    layers.run(passages, ForwardTrace.NONE);
    try {
      if (errands.stream().anyMatch(SweepErrand::usesHead)) {
        try (OutputHead.Hold head = model.head().hold()) {
          head.await();
          finish(errands);
        }
      } else {
        finish(errands);
      }
    } finally {
      layers.bookWeights(passages); // those of the head
      layers.release(passages);
    }
  }

  private static void finish(List<? extends SweepErrand> errands) {
    for (SweepErrand errand : errands) {
      errand.passage().ifLive(errand::finish);
    }
  }

  private synchronized List<Entry> next() {
    while (waiting.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        closed = true; // nobody but close interrupts it
      }
    }
    List<Entry> entries = waiting;
    waiting = new ArrayList<>();
    return closed ? List.of() : entries;
  }

  private synchronized void done(List<Entry> entries, Optional<RuntimeException> failure) {
    for (Entry entry : entries) {
      entry.failure = failure;
      entry.done = true;
    }
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
