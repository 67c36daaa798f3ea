package org.longread.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.longread.kernels.MemoryPlan;
import org.longread.kernels.checkpoint.CheckpointInventory;

class TestExecutorMemory {
  private static final long MIB = 1 << 20;
  private static final MemoryPlan PLAN =
      MemoryPlan.of(CheckpointInventory.check(RunBuilder.MODEL), 1024, 4);

  private static void check(long heapMib, long limitMib) {
    new ExecutorMemory(heapMib * MIB, "spark.executor.memory").check(PLAN, limitMib * MIB);
  }

  @Test
  void runThatFitsIsTaken() {
    assertThatCode(() -> check(512, 0)).doesNotThrowAnyException();
    assertThatCode(() -> check(512, 400)).doesNotThrowAnyException();
  }

  @Test
  void weightsBeyondTheHeapAreRefused() {
    assertThatThrownBy(() -> check(4, 0))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll(
            "Cannot load model", "weights take", "Raise spark.executor.memory");
  }

  @Test
  void cachesBeyondTheHeapAreRefused() {
    assertThatThrownBy(() -> check(512, 512))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll(
            "Invalid memory-limit: 536870912", "0.50 GiB of heap", "Lower it, or raise");
  }

  @Test
  void chunksBeyondTheHeapAreRefused() {
    assertThatThrownBy(() -> check(16, 0))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll("Invalid chunk-tokens: 1024", "4 threads", "Lower it, or raise");
  }
}
