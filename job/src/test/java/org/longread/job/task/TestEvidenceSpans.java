package org.longread.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.longread.job.task.ResultRow.EvidenceSpan;

class TestEvidenceSpans {
  private static final Tokens HUNDRED = Tokens.ofIds(new int[100]);

  @Test
  void neighboursBecomeOneSpan() {
    float[] weights = new float[100];
    weights[10] = 1;
    weights[12] = 2;
    weights[11] = 0.5f;
    weights[80] = 0.5f;
    assertThat(EvidenceSpans.of(weights, HUNDRED, Optional.empty(), 2))
        .containsExactly(new EvidenceSpan(10, 13, 3.5f / 4), new EvidenceSpan(80, 81, 0.5f / 4));
    assertThat(EvidenceSpans.of(weights, HUNDRED, Optional.empty(), 1)).hasSize(1);
  }

  @Test
  void noWeightIsNoSpan() {
    assertThat(EvidenceSpans.of(new float[100], HUNDRED, Optional.empty(), 3)).isEmpty();
    assertThat(EvidenceSpans.of(new float[0], Tokens.NONE, Optional.empty(), 3)).isEmpty();
  }

  @Test
  void equalWeightsGoToTheEarlier() {
    float[] weights = new float[100];
    weights[0] = 1;
    weights[50] = 1;
    weights[99] = 1;
    assertThat(EvidenceSpans.of(weights, HUNDRED, Optional.empty(), 2))
        .extracting(EvidenceSpan::start)
        .containsExactly(0L, 50L);
  }

  @Test
  void spansGrowToTheirSentence() {
    String text = "One is here. The \ud83d\ude00 code is 42, see. Three is not.";
    Tokens tokens = tokens(text);
    float[] weights = new float[tokens.count()];
    int at = text.codePointCount(0, text.indexOf("42"));
    weights[at] = 3;
    weights[at + 1] = 1;
    assertThat(EvidenceSpans.of(weights, tokens, Optional.of(text), 2))
        .containsExactly(new EvidenceSpan(13, text.codePointCount(0, text.indexOf(" Three")), 1));
  }

  @Test
  void spansOfOneSentenceAreOne() {
    String text = "A " + "word ".repeat(8) + "and another. End.";
    Tokens tokens = tokens(text);
    float[] weights = new float[tokens.count()];
    weights[2] = 2;
    weights[30] = 1;
    weights[58] = 1;
    assertThat(EvidenceSpans.of(weights, tokens, Optional.of(text), 3))
        .containsExactly(new EvidenceSpan(0, 54, 0.75f), new EvidenceSpan(55, 59, 0.25f));
  }

  @Test
  void spansDoNotCrossACut() {
    String text = "x".repeat(200);
    Tokens cut = tokens(text).ends(10, 10);
    float[] weights = new float[20];
    weights[8] = 1;
    weights[11] = 2;
    assertThat(EvidenceSpans.of(weights, cut, Optional.of(text), 2))
        .extracting(EvidenceSpan::start, EvidenceSpan::end)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(191L, 200L),
            org.assertj.core.api.Assertions.tuple(0L, 9L));
  }

  /** A token per code point. */
  private static Tokens tokens(String text) {
    return Tokens.ofIds(new int[text.codePointCount(0, text.length())]);
  }
}
