package org.longread.kernels.forward;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that help a forward pass while they have nothing better to do.
 *
 * <p>The thread that asks always works itself; it is helped by as many threads as there are fewer
 * passes running than threads. Parts of a loop are independent rows, so who computes them never
 * changes a result. Owned by an engine; its threads are daemons and end with {@link #close}.
 */
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService helpers;
  private final AtomicInteger passes = new AtomicInteger();

  /**
   * Workers for an engine.
   *
   * @param threads threads that may compute at once, callers included
   */
  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("Invalid threads: " + threads + " (expected 1 or more)");
    }
    this.threads = threads;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            body -> {
              Thread thread = new Thread(body, "longread-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Threads that may compute at once. */
  public int threads() {
    return threads;
  }

  /** Threads that would work on a pass now, its own included: a step is not cut for more. */
  int available() {
    return Math.max(1, threads - Math.max(1, passes.get()) + 1);
  }

  void enterPass() {
    passes.incrementAndGet();
  }

  void leavePass() {
    passes.decrementAndGet();
  }

  /** Runs {@code body} for 0 .. parts - 1, in any order, on this thread and idle ones. */
  void run(int parts, IntConsumer body) {
    int idle = Math.min(parts, threads) - Math.max(1, passes.get());
    if (idle <= 0) {
      for (int i = 0; i < parts; i++) {
        body.accept(i);
      }
      return;
    }
    Loop loop = new Loop(parts, body);
    for (int i = 0; i < idle; i++) {
      helpers.execute(loop);
    }
    loop.run();
    loop.await();
  }

  @Override
  public void close() {
    helpers.shutdown();
  }

  /**
   * Parts handed out one by one. After a part failed no other starts; what it threw, an error
   * included, {@link #await} throws.
   */
  private static final class Loop implements Runnable {
    private final int parts;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private int open;
    private volatile Throwable failure;

    Loop(int parts, IntConsumer body) {
      this.parts = parts;
      this.body = body;
      this.open = parts;
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
        Throwable thrown = null;
        try {
          if (failure == null) {
            body.accept(i);
          }
        } catch (RuntimeException | Error e) {
          thrown = e;
        }
        done(thrown);
      }
    }

    private synchronized void done(Throwable thrown) {
      open--;
      if (failure == null) {
        failure = thrown;
      }
      notifyAll();
    }

    /** Waits for parts that others still compute; an interrupt is kept for the caller. */
    synchronized void await() {
      boolean interrupted = false;
      while (open > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }
}
