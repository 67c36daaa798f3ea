package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.NotANumberException;

/** Sweeps that end in the first layer, with the second asked for, leave the memory to the next. */
@Timeout(120)
class TestEndedSweeps {
  /** Each would keep a layer; there is memory for two, and two experts. */
  private static final int ROUNDS = 4;

  private static final int[] DOCUMENT = new int[60];

  /** What the next selection does before it selects. */
  private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});

  @Test
  void interruptsInTheMiddleOfSweepsLeaveTheEngineUsable() throws Exception {
    try (Engine engine = engine()) {
      for (int n = 0; n < ROUNDS; n++) {
        cancelInTheFirstLayer(engine);
        // After what is left of that sweep, which would run into the next one's gate.
        assertThat(read(engine)).isEqualTo(DOCUMENT.length);
      }
    }
  }

  @Test
  void lonelyDocumentsThatFailInTheFirstLayerLeaveTheEngineUsable() throws Exception {
    try (Engine engine = engine()) {
      for (int n = 0; n < ROUNDS; n++) {
        next.set(
            () -> {
              throw new NotANumberException(0, 0);
            });
        try (Session session = engine.newPassingSession(SessionOptions.DEFAULT)) {
          assertThatThrownBy(() -> session.prefill(DOCUMENT))
              .isInstanceOf(NotANumberException.class);
        }
      }
      assertThat(read(engine)).isEqualTo(DOCUMENT.length);
    }
  }

  private void cancelInTheFirstLayer(Engine engine) throws Exception {
    CountDownLatch within = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    next.set(
        () -> {
          within.countDown();
          await(cancelled);
        });
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread task =
        new Thread(
            () -> {
              try (Session session = engine.newPassingSession(SessionOptions.DEFAULT)) {
                session.prefill(DOCUMENT);
                outcome.complete(new AssertionError("not cancelled"));
              } catch (CancellationException e) {
                outcome.complete(e);
              }
            });
    task.start();
    await(within);
    engine.newPassingSession(SessionOptions.DEFAULT).close(); // does not wait for the sweep
    task.interrupt();
    assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    task.join();
    cancelled.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tokens that a session reads, unless that takes for ever: then it is cancelled. */
  private static long read(Engine engine) {
    try (Session session = engine.newPassingSession(SessionOptions.DEFAULT)) {
      session.prefill(DOCUMENT);
      return session.stats().tokens();
    }
  }

  private Engine engine() {
    CheckpointInventory inventory =
        CheckpointInventory.check(TestData.goldenModel("m1-bf16-sparse"));
    StreamedWeights weights =
        StreamedWeights.open(inventory, StreamBudget.leastBytes(inventory.sizes()));
    return new Engine(weights, new BackendChoice(ops(), List.of()), 64, 1);
  }

  private KernelOps ops() {
    KernelOps real = BackendChoice.choose("scalar").ops();
    return (KernelOps)
        Proxy.newProxyInstance(
            KernelOps.class.getClassLoader(),
            new Class<?>[] {KernelOps.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("selectTopK")) {
                next.getAndSet(() -> {}).run();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
