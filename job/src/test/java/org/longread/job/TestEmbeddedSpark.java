package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Holds the test JVM to what Spark asks of a JVM. */
class TestEmbeddedSpark {
  @Test
  void jvmHasTheOptionsSparkAsksFor() {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .contains(JavaModuleOptions.defaultModuleOptionArray());
  }

  @Test
  void sparkCounts() throws Exception {
    try (SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      assertThat(spark.range(1_000).filter("id % 7 = 0").count()).isEqualTo(143);
    }
  }

  @Test
  void arrowAllocates() {
    try (RootAllocator allocator = new RootAllocator();
        BigIntVector vector = new BigIntVector("tokens", allocator)) {
      vector.allocateNew(3);
      vector.setSafe(2, 42L);
      vector.setValueCount(3);
      assertThat(vector.get(2)).isEqualTo(42L);
    }
  }
}
