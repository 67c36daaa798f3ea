package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;
import org.longread.kernels.checkpoint.ModelConfigReader;

class TestPlannedCost {
  private static final Path MODEL = Path.of("..", "deploy", "demo", "model");

  @Test
  void growsFasterThanLengthAndSparseGrowsSlower() {
    PlannedCost sparse = PlannedCost.of(ModelConfigReader.read(MODEL), AttentionMode.SPARSE, 0);
    PlannedCost dense = PlannedCost.of(ModelConfigReader.read(MODEL), AttentionMode.DENSE, 0);
    assertThat(sparse.ofTokens(0)).isZero();
    assertThat(sparse.ofTokens(20_000)).isGreaterThan(2 * sparse.ofTokens(10_000));
    assertThat(sparse.ofTokens(20_000)).isLessThan(dense.ofTokens(20_000));
    assertThat(sparse.ofTokens(64)).isEqualTo(dense.ofTokens(64), within(1e-6));
  }

  /** Partitions are balanced by it, so it must grow as the engine's own count does. */
  @Test
  void growsAsTheEngineCounts() {
    PlannedCost cost = PlannedCost.of(ModelConfigReader.read(MODEL), AttentionMode.AUTO, 0);
    try (Engine engine = Engine.open(EngineOptions.of(MODEL, "auto"))) {
      double counted = (double) flops(engine, 2_000) / flops(engine, 500);
      assertThat(cost.ofTokens(2_000) / cost.ofTokens(500))
          .isCloseTo(counted, within(0.2 * counted));
    }
  }

  private static long flops(Engine engine, int tokens) {
    try (Session session = engine.newSession(SessionOptions.DEFAULT)) {
      session.prefill(new int[tokens]);
      return session.stats().totalFlops();
    }
  }
}
