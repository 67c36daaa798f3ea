package org.longread.kernels.ops.tornado;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.NotANumberException;

/**
 * The line of threads before a device: one at a time, first come first served. A device that failed
 * serves nobody any more.
 */
final class DeviceQueue {
  /** Threads that may wait: more are a fault of the caller, who would never get his turn. */
  static final int MOST_WAITING = 256;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final String device;
  private volatile DeviceException failure;

  DeviceQueue(String device) {
    this.device = device;
  }

  /**
   * Runs something when it is this thread's turn.
   *
   * @throws CancellationException if the thread is interrupted while it waits, which gives its
   *     place up; what has started on the device runs to its end
   * @throws DeviceException if the device failed, now or before
   */
  <T> T run(Supplier<T> work) {
    enter();
    try {
      refuseAfterFailure();
      return work.get();
    } catch (NotANumberException | DeviceException | DoesNotFitException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      failure =
          new DeviceException(
              "Cannot go on with "
                  + device
                  + ": it failed ("
                  + e
                  + "). Start a new executor; backend=cpu runs without it",
              e);
      throw failure;
    } finally {
      turn.unlock();
    }
  }

  private void enter() {
    if (turn.getQueueLength() >= MOST_WAITING) {
      throw new IllegalStateException(
          "Cannot wait for " + device + ": " + MOST_WAITING + " threads already do");
    }
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Cannot wait for " + device + ": interrupted");
    }
  }

  private void refuseAfterFailure() {
    if (failure != null) {
      throw new DeviceException(failure.getMessage(), failure);
    }
  }
}
