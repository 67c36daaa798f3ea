package org.longread.kernels.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestWorkers {
  private static final int THREADS = 3;

  private final Workers workers = new Workers(THREADS);

  @AfterEach
  void close() {
    workers.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 1000})
  void everyPartRunsOnce(int parts) {
    AtomicIntegerArray runs = new AtomicIntegerArray(parts);
    workers.run(parts, runs::incrementAndGet);
    int[] once = new int[parts];
    Arrays.fill(once, 1);
    assertThat(runs).hasToString(Arrays.toString(once));
  }

  @Test
  void idleThreadsHelp() {
    CyclicBarrier all = new CyclicBarrier(THREADS);
    workers.run(
        THREADS,
        part -> {
          try {
            all.await(1, TimeUnit.MINUTES);
          } catch (Exception e) {
            throw new IllegalStateException("not all parts ran at once", e);
          }
        });
  }

  @Test
  void afterAFailureNoPartStarts() {
    AtomicInteger started = new AtomicInteger();
    assertThatThrownBy(
            () ->
                workers.run(
                    1000,
                    part -> {
                      started.incrementAndGet();
                      throw new IllegalArgumentException("part " + part);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("part ");
    assertThat(started).hasValueLessThanOrEqualTo(THREADS);
  }

  /** A Spark task that runs out of memory must end as one, not as a document that failed. */
  @Test
  void errorsStayErrors() {
    assertThatThrownBy(
            () ->
                workers.run(
                    THREADS,
                    part -> {
                      throw new OutOfMemoryError("part " + part);
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aPassCountsOnTheThreadsThatNoOtherPassUses() {
    try (Workers workers = new Workers(3)) {
      assertThat(workers.available()).isEqualTo(3);
      workers.enterPass();
      assertThat(workers.available()).isEqualTo(3);
      workers.enterPass();
      assertThat(workers.available()).isEqualTo(2);
      workers.enterPass();
      workers.enterPass();
      assertThat(workers.available()).isEqualTo(1);
    }
  }
}
