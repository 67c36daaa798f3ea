package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.Stage;

/** What models without an indexer, or with a shared one, promise as sessions. */
class TestFamily {
  private static final int[] PROMPT = {5, 9, 33, 7, 61, 2, 18, 44, 70, 3, 12, 8, 29, 50, 66, 31};

  private static Path model(String name) {
    return TestData.golden().resolve("family").resolve(name);
  }

  private static Engine open(String name) {
    return Engine.open(new EngineOptions(model(name), "auto", 5, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-lite", "v3-fp8"})
  void aModelWithoutIndexerReadsDenseAndScoresNothing(String name) {
    try (Engine engine = open(name);
        Session auto = engine.newSession(SessionOptions.DEFAULT.with(IndexPrecision.INT8));
        Session dense = engine.newSession(SessionOptions.DEFAULT.with(AttentionMode.DENSE))) {
      auto.collectEvidence();
      auto.prefill(PROMPT);
      dense.prefill(PROMPT);
      assertThat(auto.logits()).isEqualTo(dense.logits());
      EngineStats stats = auto.stats();
      assertThat(stats.keysScored()).isZero();
      assertThat(stats.flops().get(Stage.INDEXER)).isZero();
      assertThat(stats.flops()).isEqualTo(dense.stats().flops());
      long tokens = engine.config().layers() * 16L * 17 / 2;
      assertThat(stats.keysKept()).isEqualTo(tokens);
      int heads = engine.config().attention().heads();
      double evidence = 0;
      for (float weight : auto.evidence()) {
        evidence += weight;
      }
      assertThat(evidence).isCloseTo(engine.config().layers() * 16.0 * heads, Offset.offset(1e-2));
    }
  }

  @Test
  void aModelWithoutIndexerHasNothingToCompareOrCache() {
    SessionOptions sampled = new SessionOptions(AttentionMode.AUTO, 0, 1, IndexPrecision.F32);
    try (Engine engine = open("v3-half-split");
        Session session = engine.newSession(sampled)) {
      session.prefill(PROMPT);
      assertThat(session.quality().samples()).isZero();
      assertThat(session.quality().capturedMass()).isNaN();
      MemoryPlan.TokenBytes bytes = engine.memoryPlan().tokenBytes(IndexPrecision.INT8);
      assertThat(bytes.index()).isZero();
      long planned = engine.plannedBytes(PROMPT.length, IndexPrecision.F32);
      assertThat(session.stats().peakCacheBytes()).isEqualTo(planned);
      assertThat(planned).isEqualTo(64 * (bytes.latent() + bytes.rope()));
      assertThat(engine.memoryPlan().workBytes(100_000)).isLessThan(50_000_000);
    }
  }

  @Test
  void aSelectionIsRefusedWhereNothingSelects() {
    try (Engine engine = open("v2-lite")) {
      assertThatThrownBy(() -> engine.newSession(SessionOptions.DEFAULT.with(AttentionMode.SPARSE)))
          .hasMessageStartingWith("Invalid attention: sparse (deepseek_v2 has no indexer");
      SessionOptions kept = new SessionOptions(AttentionMode.AUTO, 8, 0, IndexPrecision.F32);
      assertThatThrownBy(() -> engine.newSession(kept))
          .hasMessageStartingWith("Invalid top-k: 8 (deepseek_v2 has no indexer");
    }
  }

  @Test
  void sharedLayersKeepNoIndexKeysAndScoreNone() {
    try (Engine engine = open("glm-shared");
        Session session = engine.newSession(SessionOptions.DEFAULT)) {
      session.prefill(PROMPT);
      assertThat(session.stats().peakCacheBytes())
          .isEqualTo(engine.plannedBytes(PROMPT.length, IndexPrecision.F32));
      // Positions 6..15 select in each of three of five layers.
      long visible = 10 * (7 + 16) / 2;
      assertThat(session.stats().keysScored()).isEqualTo(3 * visible);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"glm-shared", "v2-groups", "v3-half-split"})
  void resultsDoNotDependOnChunksForksOrSteps(String name) {
    try (Engine whole = Engine.open(new EngineOptions(model(name), "auto", 64, 2));
        Engine pieces = open(name);
        Session a = whole.newSession(SessionOptions.DEFAULT);
        Session b = pieces.newSession(SessionOptions.DEFAULT)) {
      a.prefill(PROMPT);
      b.prefill(Arrays.copyOf(PROMPT, 7));
      try (Session fork = b.fork()) {
        fork.prefill(Arrays.copyOfRange(PROMPT, 7, PROMPT.length));
        assertThat(fork.logits()).isEqualTo(a.logits());
        pieces.step(List.of(fork), new int[] {4});
        whole.step(List.of(a), new int[] {4});
        assertThat(fork.logits()).isEqualTo(a.logits());
      }
    }
  }
}
