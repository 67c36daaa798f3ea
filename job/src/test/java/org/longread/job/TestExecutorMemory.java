package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
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

  private static Optional<String> overhead(String master, String... setting) {
    SparkConf conf = new SparkConf(false).setMaster(master).set("spark.executor.memory", "2g");
    for (int i = 0; i < setting.length; i += 2) {
      conf.set(setting[i], setting[i + 1]);
    }
    return ExecutorMemory.overheadWarning(conf);
  }

  @Test
  void tooLittleBesideTheHeapIsWarnedOfWhereTheClusterManagerApplies() {
    String setting = "spark.executor.memoryOverhead";
    for (String master : List.of("yarn", "k8s://https://host")) {
      assertThat(overhead(master)).as("Spark's default").isEmpty();
      assertThat(overhead(master, setting, "300")).isEmpty();
      assertThat(overhead(master, setting, "128").orElseThrow())
          .contains("0.13 GiB of memory beside", "0.28 GiB", "Raise " + setting + " to 287m");
      assertThat(overhead(master, "spark.executor.minMemoryOverhead", "100m").orElseThrow())
          .contains("0.20 GiB");
    }
    assertThat(overhead("spark://host:7077", setting, "128")).as("applied by no worker").isEmpty();
    assertThat(overhead("local[2]", setting, "128")).isEmpty();
  }

  @Test
  void chunksBeyondTheHeapAreRefused() {
    assertThatThrownBy(() -> check(16, 0))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContainingAll("Invalid chunk-tokens: 1024", "4 threads", "Lower it, or raise");
  }
}
