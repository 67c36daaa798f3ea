package org.longread.job.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TestTokenChoice {
  private static final float[] LOGITS = {0, 2, 2, -1, Float.NEGATIVE_INFINITY};

  @Test
  void greedyTakesTheLowestOfTheLargest() {
    assertThat(new TokenChoice(0, 1, 1).choose(LOGITS)).isEqualTo(1);
    assertThat(new TokenChoice(0, 1, 1).choose(new float[] {-0f, 0f})).isZero();
  }

  @Test
  void logProbabilitiesSumToOne() {
    double sum = 0;
    for (int token = 0; token < LOGITS.length; token++) {
      sum += Math.exp(TokenChoice.logProb(LOGITS, token));
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    assertThat(TokenChoice.logProb(new float[] {1000, 1000}, 0))
        .isCloseTo(-Math.log(2), within(1e-12));
  }

  @Test
  void drawsFollowTheDistribution() {
    TokenChoice choice = new TokenChoice(1, 1, 42);
    int[] seen = new int[LOGITS.length];
    for (int i = 0; i < 20_000; i++) {
      seen[choice.choose(LOGITS)]++;
    }
    for (int token = 0; token < LOGITS.length; token++) {
      double expected = Math.exp(TokenChoice.logProb(LOGITS, token));
      assertThat(seen[token] / 20_000.0).isCloseTo(expected, within(0.015));
    }
  }

  @Test
  void topPLeavesOutTheTail() {
    TokenChoice choice = new TokenChoice(1, 0.5, 42);
    for (int i = 0; i < 1_000; i++) {
      assertThat(choice.choose(LOGITS)).isIn(1, 2);
    }
    assertThat(new TokenChoice(1, 0, 42).choose(LOGITS)).isEqualTo(1);
  }

  @Test
  void seedsDifferByDocumentQuestionAndRun() {
    long seed = TokenChoice.seed("a", 0, 0);
    assertThat(TokenChoice.seed("a", 0, 0)).isEqualTo(seed);
    assertThat(TokenChoice.seed("b", 0, 0)).isNotEqualTo(seed);
    assertThat(TokenChoice.seed("a", 1, 0)).isNotEqualTo(seed);
    assertThat(TokenChoice.seed("a", 0, 1)).isNotEqualTo(seed);
  }
}
