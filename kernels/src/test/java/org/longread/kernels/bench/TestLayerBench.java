package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;
import org.longread.kernels.checkpoint.LayerKind;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelVariant;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.Stage;

/** A tiny shape through the real measurement: what is counted, not how fast it was. */
class TestLayerBench {
  static final BenchPreset TINY =
      new BenchPreset(
          "tiny",
          new ModelConfig(
              ModelVariant.DEEPSEEK_V32,
              32,
              LayerKind.denseFirst(2, 0, LayerKind.Selection.OWN),
              64,
              4096,
              new ModelConfig.Attention(2, 16, 16, 8, 8, 8),
              new ModelConfig.Indexer(2, 16, 32, false),
              new ModelConfig.FeedForward(32, 16, 2, 1, 1, 1, 1, true, 1f),
              new ModelConfig.Rope(10_000, Optional.empty()),
              1e-6f,
              Optional.empty(),
              0,
              List.of(1)),
          Precision.BF16,
          "");

  private static final LayerBench.Measurement AT_1K =
      new LayerBench(TINY, new ScalarOps()).measure(1024, 1);

  private static PositionCost cost(Phase phase, Mode mode) {
    return AT_1K.costs().stream()
        .filter(c -> c.phase() == phase && c.mode() == mode)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPhaseIsMeasuredSparseAndDense() {
    assertThat(AT_1K.costs()).extracting(PositionCost::phase).hasSameElementsAs(Phase.BY_POSITION);
    assertThat(AT_1K.costs()).hasSize(5);
    assertThat(cost(Phase.PREFILL, Mode.DENSE_EXPANDED).rows()).isEqualTo(LayerBench.CHUNK);
    assertThat(cost(Phase.DECODE, Mode.DENSE_ABSORBED).rows()).isEqualTo(1);
    assertThat(AT_1K.peakGflops()).isPositive();
  }

  @Test
  void stagesAreSharesOfTheTotal() {
    for (PositionCost cost : AT_1K.costs()) {
      double stages = cost.stageNanos().values().stream().mapToDouble(n -> n).sum();
      assertThat(cost.nanosPerToken()).isPositive();
      assertThat(stages).isPositive();
      assertThat(cost.attentionNanos()).isPositive().isLessThanOrEqualTo(stages);
    }
  }

  @Test
  void sparseAttentionWorksOnTheSelectionOnly() {
    double upProjection = 2.0 * 2 * 16 * (8 + 8);
    double absorbedPair = 2.0 * 2 * (2 * 16 + 8);
    double layers = TINY.config().layers();
    assertThat(cost(Phase.PREFILL, Mode.SPARSE).flops(Stage.ATTENTION))
        .isCloseTo(layers * (32 * absorbedPair + upProjection), within(1e-6));
    assertThat(cost(Phase.PREFILL, Mode.DENSE_ABSORBED).flops(Stage.ATTENTION))
        .isCloseTo(layers * (1024 * absorbedPair + upProjection), within(1e-6));
  }

  @Test
  void denseTwinNeedsNoIndex() {
    assertThat(cost(Phase.PREFILL, Mode.SPARSE).flops(Stage.INDEXER)).isPositive();
    for (Phase phase : Phase.BY_POSITION) {
      assertThat(cost(phase, Mode.DENSE_ABSORBED).flops(Stage.INDEXER)).isZero();
    }
  }

  @Test
  void memoryIsPlannedFromTheLength() {
    long more = LayerBench.plannedBytes(TINY, 131_072) - LayerBench.plannedBytes(TINY, 1024);
    long cache = 130_048L * (2 * (24 + 16) + 24) * Float.BYTES;
    assertThat(more).isEqualTo(cache);
    assertThat(TINY.weightBytes()).isPositive();
  }
}
