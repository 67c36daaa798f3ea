package org.longread.kernels.checkpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Reads parts of a model in the order they were asked for, in threads of its own, as far ahead as a
 * budget of memory allows.
 *
 * <p>A part takes its bytes of the budget from when its reading begins until its ticket is closed.
 * Parts are let in strictly in order, so whoever uses them in that order, and closes each before it
 * needs what may not fit beside it, always gets on. Threads are daemons and end with {@link
 * #close}.
 */
final class WeightConveyor implements AutoCloseable {
  private final long budgetBytes;
  private final Deque<Ticket<?>> queue = new ArrayDeque<>();
  private final List<Thread> readers = new ArrayList<>();
  private long reservedBytes;
  private StreamedWeights.Work untaken = StreamedWeights.Work.NONE;
  private boolean closed;

  /** How a part is read by one thread, and what it gives back when it is not used any more. */
  interface Reader {
    /** The part, packed. */
    Object read(WeightUnit unit);

    /** Takes its arrays back. */
    void giveBack(Object part);
  }

  private enum State {
    QUEUED,
    READING,
    THERE,
    FAILED,
    CLOSED
  }

  /** Threads with a reader each. */
  WeightConveyor(long budgetBytes, int threads, Supplier<Reader> readers) {
    this.budgetBytes = budgetBytes;
    for (int i = 0; i < threads; i++) {
      Reader reader = readers.get();
      Thread thread = new Thread(() -> serve(reader), "longread-weights");
      thread.setDaemon(true);
      thread.start();
      this.readers.add(thread);
    }
  }

  /** A part that was asked for. */
  final class Ticket<T> implements AutoCloseable {
    private final WeightUnit unit;
    private final Class<T> type;
    private final WeightSizes.Size size;
    private State state = State.QUEUED;
    private Object part;
    private Reader reader;
    private RuntimeException failure;

    private Ticket(WeightUnit unit, Class<T> type, WeightSizes.Size size) {
      this.unit = unit;
      this.type = type;
      this.size = size;
    }

    /**
     * The part, once it is there; valid until the ticket is closed.
     *
     * @throws CheckpointException if it cannot be read
     */
    T await() {
      return type.cast(take(this));
    }

    /** Whether {@link #await} would not wait. */
    boolean isThere() {
      synchronized (WeightConveyor.this) {
        return state == State.THERE || state == State.FAILED;
      }
    }

    /** Gives the part up, or up on it. Closing twice does nothing. */
    @Override
    public void close() {
      giveUp(this);
    }
  }

  /** Asks for a part. */
  synchronized <T> Ticket<T> ask(WeightUnit unit, Class<T> type, WeightSizes.Size size) {
    if (size.packed() > budgetBytes) {
      throw new IllegalArgumentException(
          "Invalid part: " + size.packed() + " bytes (expected at most " + budgetBytes + ")");
    }
    if (closed) {
      throw new IllegalStateException("Cannot read weights: the model is closed");
    }
    Ticket<T> ticket = new Ticket<>(unit, type, size);
    queue.add(ticket);
    notifyAll();
    return ticket;
  }

  private synchronized Object take(Ticket<?> ticket) {
    long start = System.nanoTime();
    boolean interrupted = false;
    while (ticket.state == State.QUEUED || ticket.state == State.READING) {
      if (closed) {
        throw new IllegalStateException("Cannot read weights: the model is closed");
      }
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // reading ends by itself; the caller sees the interrupt after
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    add(new StreamedWeights.Work(0, 0, System.nanoTime() - start));
    if (ticket.state == State.FAILED) {
      throw ticket.failure;
    }
    if (ticket.state == State.CLOSED) {
      throw new IllegalStateException("Cannot use weights: they were given up");
    }
    return ticket.part;
  }

  private void giveUp(Ticket<?> ticket) {
    Object part = null;
    synchronized (this) {
      switch (ticket.state) {
        case QUEUED -> queue.remove(ticket);
        case THERE -> part = ticket.part;
        case FAILED -> reservedBytes -= ticket.size.packed();
        case READING, CLOSED -> {} // its reader finds it closed
      }
      ticket.state = State.CLOSED;
      ticket.part = null;
    }
    if (part != null) {
      ticket.reader.giveBack(part);
      free(ticket);
    }
    synchronized (this) {
      notifyAll();
    }
  }

  private synchronized void free(Ticket<?> ticket) {
    reservedBytes -= ticket.size.packed();
    notifyAll();
  }

  private void serve(Reader reader) {
    for (Ticket<?> next = next(reader); next != null; next = next(reader)) {
      long start = System.nanoTime();
      Object part = null;
      RuntimeException failure = null;
      try {
        part = reader.read(next.unit);
      } catch (RuntimeException e) {
        failure = e;
      } catch (Error e) {
        failure = new IllegalStateException("Cannot read weights: " + e, e);
      }
      done(next, part, failure, System.nanoTime() - start);
    }
  }

  /** The next ticket that fits; null when closed. */
  private synchronized Ticket<?> next(Reader reader) {
    while (!closed) {
      Ticket<?> first = queue.peek();
      if (first != null && reservedBytes + first.size.packed() <= budgetBytes) {
        queue.remove();
        first.state = State.READING;
        first.reader = reader;
        reservedBytes += first.size.packed();
        return first;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        return null;
      }
    }
    return null;
  }

  private void done(Ticket<?> ticket, Object part, RuntimeException failure, long nanos) {
    boolean unwanted;
    synchronized (this) {
      add(new StreamedWeights.Work(ticket.size.stored(), nanos, 0));
      unwanted = ticket.state == State.CLOSED;
      if (!unwanted) {
        ticket.part = part;
        ticket.failure = failure;
        ticket.state = failure == null ? State.THERE : State.FAILED;
      }
      notifyAll();
    }
    if (unwanted) {
      if (part != null) {
        ticket.reader.giveBack(part);
      }
      free(ticket);
    }
  }

  /** Counts what was read past it. */
  synchronized void add(StreamedWeights.Work work) {
    untaken = untaken.plus(work);
  }

  /** What was read since this was last asked. */
  synchronized StreamedWeights.Work takeWork() {
    StreamedWeights.Work work = untaken;
    untaken = StreamedWeights.Work.NONE;
    return work;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    readers.forEach(Thread::interrupt);
  }

  /** Every matrix of a part. */
  static List<WeightMatrix> matrices(Object part) {
    if (part instanceof WeightMatrix matrix) {
      return List.of(matrix);
    }
    if (part instanceof ModelWeights.Mlp mlp) {
      return List.of(mlp.gate(), mlp.up(), mlp.down());
    }
    ModelWeights.Layer layer = (ModelWeights.Layer) part;
    ModelWeights.Attention a = layer.attention();
    List<WeightMatrix> all = new ArrayList<>(List.of(a.queryUp(), a.keyValueDown(), a.output()));
    a.queryDown().ifPresent(down -> all.add(down.weight()));
    all.addAll(a.keyUp());
    all.addAll(a.valueUp());
    layer
        .indexer()
        .ifPresent(own -> all.addAll(List.of(own.queryUp(), own.key(), own.headWeights())));
    if (layer.feedForward() instanceof ModelWeights.Experts experts) {
      all.add(experts.router());
      experts.shared().ifPresent(shared -> all.addAll(matrices(shared)));
    } else {
      all.addAll(matrices(layer.feedForward()));
    }
    return all;
  }
}
