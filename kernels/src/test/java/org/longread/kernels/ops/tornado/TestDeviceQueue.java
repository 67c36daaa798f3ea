package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.NotANumberException;

class TestDeviceQueue {
  private final DeviceQueue queue = new DeviceQueue("device X");

  @Test
  void failedDeviceServesNobodyAnyMore() {
    IllegalArgumentException cause = new IllegalArgumentException("clEnqueue: -36");
    assertThatThrownBy(
            () ->
                queue.run(
                    () -> {
                      throw cause;
                    }))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("device X")
        .hasMessageContaining("-36")
        .hasCause(cause);
    assertThatThrownBy(() -> queue.run(() -> 1)).isInstanceOf(DeviceException.class);
  }

  @Test
  void scoresThatAreNoNumbersAndPlansThatDoNotFitAreNoFaultOfTheDevice() {
    assertThatThrownBy(
            () ->
                queue.run(
                    () -> {
                      throw new NotANumberException(1, 2);
                    }))
        .isInstanceOf(NotANumberException.class);
    assertThatThrownBy(
            () ->
                queue.run(
                    () -> {
                      throw new DoesNotFitException("too long");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("too long");
    assertThat(queue.run(() -> 3)).isEqualTo(3);
  }

  @Test
  void interruptedThreadGivesUpItsPlace() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread holder = new Thread(() -> queue.run(() -> hold(busy, end)));
    holder.start();
    busy.await();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                queue.run(() -> 1);
              } catch (CancellationException e) {
                thrown.set(e);
              }
            });
    waiter.start();
    waiter.interrupt();
    waiter.join();
    assertThat(thrown.get()).hasMessageContaining("interrupted");
    end.countDown();
    holder.join();
    assertThat(queue.run(() -> 2)).isEqualTo(2);
  }

  private static int hold(CountDownLatch busy, CountDownLatch end) {
    busy.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
