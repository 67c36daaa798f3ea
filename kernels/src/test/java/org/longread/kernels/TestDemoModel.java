package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the engine to the demo model's reference output: ids, logits and greedy continuations. */
class TestDemoModel {
  /**
   * Reference logits are float32 from another implementation; measured differences are below 2e-5.
   */
  private static final double TOLERANCE = 1e-3;

  private static final Engine ENGINE = Engine.open(EngineOptions.of(TestData.demoModel(), "auto"));

  static Stream<Arguments> prompts() {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode prompt : TestData.demoGolden().get("prompts")) {
      cases.add(Arguments.of(prompt.get("name").asText(), AttentionMode.SPARSE, prompt));
      cases.add(Arguments.of(prompt.get("name").asText(), AttentionMode.DENSE, prompt));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("prompts")
  void logitsAndContinuationEqualTheReference(String name, AttentionMode mode, JsonNode prompt) {
    JsonNode expected = prompt.get(mode == AttentionMode.DENSE ? "dense" : "sparse");
    int[] ids = ints(prompt.get("ids"));
    assertThat(TestData.demoTokens(prompt.get("text").asText())).isEqualTo(ids);
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT.with(mode))) {
      session.prefill(ids);
      float[] logits = session.logits();
      JsonNode reference = expected.get("final_logits");
      for (int v = 0; v < logits.length; v++) {
        assertThat((double) logits[v])
            .as("logit %d", v)
            .isCloseTo(reference.get(v).asDouble(), Offset.offset(TOLERANCE));
      }
      int[] greedy = ints(expected.get("greedy_ids"));
      assertThat(continuation(session, greedy.length)).isEqualTo(greedy);
    }
  }

  private static int[] ints(JsonNode node) {
    int[] values = new int[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).asInt();
    }
    return values;
  }

  private static int[] continuation(Session session, int count) {
    int[] tokens = new int[count];
    for (int n = 0; n < count; n++) {
      tokens[n] = argmax(session.logits());
      ENGINE.step(List.of(session), new int[] {tokens[n]});
    }
    return tokens;
  }

  static int argmax(float[] logits) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      best = logits[v] > logits[best] ? v : best;
    }
    return best;
  }
}
