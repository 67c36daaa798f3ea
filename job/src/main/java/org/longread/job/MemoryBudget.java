package org.longread.job;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that documents in flight may take together on one executor. A document waits, first come
 * first served, until what is planned for it is free. Shared by the task threads of the executor.
 */
public final class MemoryBudget {
  private static final long UNIT = 1 << 20;
  private static final double SHARE_OF_HEAP = 0.8;

  private final long limitBytes;
  private final Semaphore units;
  private long reservedBytes;
  private long mostReservedBytes;

  private MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
    this.units = new Semaphore(Math.toIntExact(Math.max(1, limitBytes / UNIT)), true);
  }

  /** A budget of {@code limitBytes}; 0 takes most of the heap that the weights leave. */
  static MemoryBudget of(long limitBytes, long weightBytes) {
    long free = freeBytes(Runtime.getRuntime().maxMemory(), weightBytes);
    return new MemoryBudget(limitBytes > 0 ? limitBytes : Math.max(UNIT, free));
  }

  /** Most of what is left of a heap for documents. */
  public static long freeBytes(long heapBytes, long takenBytes) {
    return (long) (SHARE_OF_HEAP * (heapBytes - takenBytes));
  }

  long limitBytes() {
    return limitBytes;
  }

  /** Whether so many bytes can ever be free. */
  boolean fits(long bytes) {
    return bytes <= limitBytes;
  }

  /**
   * Takes bytes that {@link #fits fit}, waiting until they are free; {@link #release} them after.
   */
  void reserve(long bytes) throws InterruptedException {
    units.acquire(units(bytes));
    add(bytes);
  }

  private synchronized void add(long bytes) {
    reservedBytes += bytes;
    mostReservedBytes = Math.max(mostReservedBytes, reservedBytes);
  }

  /** The most bytes that were ever taken at once. */
  synchronized long mostReservedBytes() {
    return mostReservedBytes;
  }

  /**
   * Takes bytes that {@link #fits fit} if they are free and nobody waits; for one who holds some.
   */
  boolean tryReserve(long bytes) throws InterruptedException {
    boolean free =
        units.tryAcquire(units(bytes), 0, TimeUnit.SECONDS); // unlike tryAcquire(n), fair
    if (free) {
      add(bytes);
    }
    return free;
  }

  /** Bytes taken now. */
  synchronized long reservedBytes() {
    return reservedBytes;
  }

  /** Gives bytes back. */
  void release(long bytes) {
    add(-bytes);
    units.release(units(bytes));
  }

  private int units(long bytes) {
    return (int) Math.min((bytes + UNIT - 1) / UNIT, Math.max(1, limitBytes / UNIT));
  }
}
