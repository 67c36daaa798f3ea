package org.longread.kernels.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.checkpoint.ModelConfig;

class TestExpertRouter {
  /** Logits so low that the gates, and the sum that normalises them, are next to 0. */
  @ParameterizedTest
  @ValueSource(floats = {-10, -40, -60, -87, -89, -1000, -Float.MAX_VALUE})
  void faintGatesAreDividedByTheirSumAndALittle(float logit) {
    ModelConfig.FeedForward config = new ModelConfig.FeedForward(8, 8, 4, 2, 0, 1, 1, true, 2.5f);
    int[] experts = new int[2];
    float[] weights = new float[2];
    new ExpertRouter(config, new float[] {0, 2, 0, 2})
        .route(new float[] {0, logit, 0, logit}, 0, experts, weights);
    assertThat(experts).containsExactly(1, 3);
    double gate = 1 / (1 + Math.exp(-logit));
    double expected = 2.5 * gate / (2 * gate + 1e-20);
    assertThat((double) weights[0]).isEqualTo(expected, within(1e-5));
    assertThat(weights[1]).isEqualTo(weights[0]);
  }
}
