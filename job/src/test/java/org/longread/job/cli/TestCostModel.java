package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.longread.kernels.checkpoint.LayerKind;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelVariant;

/** Holds the formulas to what is known of DeepSeek-V3.2-Exp, per layer and for all 61. */
class TestCostModel {
  private static final CostModel COST =
      new CostModel(
          new ModelConfig(
              ModelVariant.DEEPSEEK_V32,
              7168,
              LayerKind.denseFirst(61, 3, LayerKind.Selection.OWN),
              129280,
              163840,
              new ModelConfig.Attention(128, 1536, 512, 128, 64, 128),
              new ModelConfig.Indexer(64, 128, 2048, false),
              new ModelConfig.FeedForward(18432, 2048, 256, 8, 1, 8, 4, true, 2.5f),
              new ModelConfig.Rope(10000, Optional.empty()),
              1e-6f,
              Optional.empty(),
              0,
              List.of(1)));

  @Test
  void costPerToken() {
    assertThat(COST.projections() / 61.0 / 1e6).isCloseTo(374.2, withinPercentage(0.1));
    assertThat(COST.indexProjections() / 61.0 / 1e6).isCloseTo(27.9, withinPercentage(0.3));
    assertThat(COST.head() / 1e6).isCloseTo(1853, withinPercentage(0.1));
    long all = COST.perToken() + COST.indexProjections() + COST.head();
    assertThat(all / 1e9).isCloseTo(74.95, withinPercentage(0.1));
  }

  @Test
  void costOfAPosition() {
    assertThat(COST.absorbed(131072) / 1e9).isCloseTo(2226.9, withinPercentage(0.1));
    assertThat(COST.expanded(131072) / 1e9).isCloseTo(655.0, withinPercentage(0.1));
    assertThat(COST.sparseAt(16384) / 1e9).isCloseTo(51.2, withinPercentage(1));
    assertThat(COST.sparseAt(131072) / 1e9).isCloseTo(165.8, withinPercentage(1));
    assertThat(COST.sparseAt(2048)).isEqualTo(COST.denseAt(2048));
  }

  @Test
  void costOfADocumentIsTheSumOfItsPositions() {
    double sparse = 0;
    double dense = 0;
    for (int t = 1; t <= 5000; t++) {
      sparse += COST.sparseAt(t);
      dense += COST.denseAt(t);
    }
    assertThat(COST.sparseSum(5000)).isCloseTo(sparse, withinPercentage(1e-6));
    assertThat(COST.denseSum(5000)).isCloseTo(dense, withinPercentage(1e-6));
  }
}
