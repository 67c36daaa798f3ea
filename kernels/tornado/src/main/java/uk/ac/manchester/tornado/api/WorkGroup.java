package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The threads of one work group, with their barrier and what they share. */
final class WorkGroup {
  static final WorkGroup ALONE = new WorkGroup(1);

  /** Far longer than any kernel of a test: a barrier that some threads skip would hang forever. */
  private static final long HANG_SECONDS = 120;

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(null, body, "tornado-thread", 1 << 18);
            thread.setDaemon(true);
            return thread;
          });

  private final int size;
  private final Phaser barrier;
  private final List<Object> shared = new ArrayList<>();

  private WorkGroup(int size) {
    this.size = size;
    this.barrier = new Phaser(size);
  }

  /** Runs a kernel for every thread of every work group, one group after the other. */
  static void run(int groups, int size, Consumer<KernelContext> kernel) {
    for (int g = 0; g < groups; g++) {
      WorkGroup group = new WorkGroup(size);
      List<Future<?>> threads = new ArrayList<>();
      for (int t = 0; t < size; t++) {
        KernelContext context = new KernelContext(group, g, t, groups);
        threads.add(THREADS.submit(() -> group.run(kernel, context)));
      }
      threads.forEach(WorkGroup::join);
    }
  }

  private void run(Consumer<KernelContext> kernel, KernelContext context) {
    try {
      kernel.accept(context);
    } catch (RuntimeException | Error e) {
      barrier.forceTermination();
      throw e;
    }
  }

  private static void join(Future<?> thread) {
    try {
      thread.get(HANG_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("Cannot run kernel: a thread failed", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Cannot run kernel: some threads never reach a barrier", e);
    }
  }

  int size() {
    return size;
  }

  void await() {
    if (barrier.arriveAndAwaitAdvance() < 0) {
      throw new IllegalStateException("Cannot pass the barrier: another thread failed");
    }
  }

  synchronized Object shared(int n, Supplier<Object> make) {
    if (n == shared.size()) {
      shared.add(make.get());
    }
    return shared.get(n);
  }
}
