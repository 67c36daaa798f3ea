package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.longread.kernels.bench.LayerBench.Measurement;
import org.longread.kernels.bench.PositionCost.Phase;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.Stage;

class TestDecodeBench {
  private static final DecodeBench BENCH = new DecodeBench(TestLayerBench.TINY, new ScalarOps());

  @Test
  void everySizeOfStepDoesTheSameWorkPerToken() {
    Measurement measured = BENCH.steps(100, 1);
    assertThat(measured.costs())
        .extracting(PositionCost::rows)
        .containsExactlyElementsOf(DecodeBench.BATCHES);
    for (PositionCost cost : measured.costs()) {
      assertThat(cost.phase()).isEqualTo(Phase.STEP);
      assertThat(cost.nanosPerToken()).isPositive();
      assertThat(cost.flops(Stage.HEAD)).isPositive();
      assertThat(cost.stageFlops()).isEqualTo(measured.costs().get(0).stageFlops());
    }
  }

  @Test
  void moreQuestionsAreMoreWorkOnOneReading() {
    Measurement measured = BENCH.questions(600, 1);
    assertThat(measured.costs())
        .extracting(PositionCost::rows)
        .containsExactlyElementsOf(DecodeBench.QUESTIONS);
    double one = measured.costs().get(0).flops(Stage.PROJECTIONS);
    double eight = measured.costs().get(1).flops(Stage.PROJECTIONS);
    int asked = DecodeBench.QUESTION_TOKENS + DecodeBench.ANSWER_TOKENS - 1;
    assertThat(eight / one).isBetween(1.0, (600 + 8.0 * asked) / (600 + asked) + 1e-9);
    assertThat(eight).isGreaterThan(one);
  }
}
