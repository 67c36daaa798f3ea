package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TestMemoryBudget {
  private static final long MIB = 1 << 20;

  @Test
  void documentsWaitUntilThereIsRoom() throws Exception {
    MemoryBudget budget = MemoryBudget.of(10 * MIB, 0);
    budget.reserve(8 * MIB);
    CountDownLatch admitted = new CountDownLatch(1);
    Thread second =
        new Thread(
            () -> {
              try {
                budget.reserve(3 * MIB);
                admitted.countDown();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    second.start();
    assertThat(admitted.await(50, TimeUnit.MILLISECONDS)).isFalse();
    budget.release(8 * MIB);
    assertThat(admitted.await(10, TimeUnit.SECONDS)).isTrue();
    second.join();
  }

  @Test
  void whatNeverFitsIsKnownBefore() {
    assertThat(MemoryBudget.of(10 * MIB, 0).fits(10 * MIB)).isTrue();
    assertThat(MemoryBudget.of(10 * MIB, 0).fits(10 * MIB + 1)).isFalse();
    assertThat(MemoryBudget.of(0, 0).limitBytes()).isBetween(MIB, Runtime.getRuntime().maxMemory());
    assertThat(MemoryBudget.of(0, Long.MAX_VALUE / 2).limitBytes()).isEqualTo(MIB);
  }

  @Test
  void smallBudgetsAndDocumentsRound() throws Exception {
    MemoryBudget budget = MemoryBudget.of(1, 0);
    budget.reserve(1);
    budget.release(1);
    budget.reserve(0);
  }

  @Test
  void whatIsTakenIsCountedHoweverItWasTaken() throws Exception {
    MemoryBudget budget = MemoryBudget.of(10 * MIB, 0);
    budget.reserve(2 * MIB);
    assertThat(budget.tryReserve(3 * MIB)).isTrue();
    assertThat(budget.tryReserve(6 * MIB)).isFalse();
    assertThat(budget.reservedBytes()).isEqualTo(5 * MIB);
    budget.release(2 * MIB);
    budget.release(3 * MIB);
    assertThat(budget.reservedBytes()).isZero();
    assertThat(budget.mostReservedBytes()).isEqualTo(5 * MIB);
  }
}
