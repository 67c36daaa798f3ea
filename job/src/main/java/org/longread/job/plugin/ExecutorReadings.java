package org.longread.job.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.longread.job.ExecutorReading;

/**
 * What executors told last. One that is silent for {@link #PATIENCE_SECONDS} has gone; it may come
 * back. Keeps a reading of every executor there ever was, about 100 bytes each. Safe for use by
 * several threads.
 */
final class ExecutorReadings {
  static final long PATIENCE_SECONDS = 30;

  private final LongSupplier clock;
  private final Map<String, Told> last = new HashMap<>();

  private record Told(ExecutorReading reading, long nanos) {}

  /**
   * Of no executor yet.
   *
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  ExecutorReadings(LongSupplier clock) {
    this.clock = clock;
  }

  synchronized void add(ExecutorReport report) {
    last.put(report.executorId(), new Told(report.reading(), clock.getAsLong()));
  }

  /** Executors that are there. */
  synchronized Set<String> present() {
    Set<String> present = new TreeSet<>();
    last.forEach(
        (executor, told) -> {
          if (isPresent(told)) {
            present.add(executor);
          }
        });
    return present;
  }

  private boolean isPresent(Told told) {
    return clock.getAsLong() - told.nanos() < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
  }

  /** Of one executor; what it held counts as 0 when it has gone. */
  synchronized double of(String executor, Measure measure) {
    Told told = last.get(executor);
    return told == null ? 0 : value(told, measure);
  }

  /** Over all executors; what one has done counts even when it has gone. */
  synchronized double sum(Measure measure) {
    return last.values().stream().mapToDouble(told -> value(told, measure)).sum();
  }

  private double value(Told told, Measure measure) {
    boolean counts = measure.kind() == Measure.Kind.COUNTER || isPresent(told);
    return counts ? measure.of(told.reading()) : 0;
  }
}
