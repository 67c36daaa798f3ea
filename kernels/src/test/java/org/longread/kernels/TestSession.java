package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.Stage;

/** What a session promises whatever the chunk, the batch, the fork and the thread. */
class TestSession {
  private static final int[] PROMPT = TestData.demoTokens(TestData.needle(700));
  private static final SessionOptions SAMPLED =
      new SessionOptions(AttentionMode.SPARSE, 0, 0.1, IndexPrecision.F32);
  private static final Engine ENGINE = engine(512, 1);

  private static Engine engine(int chunkTokens, int threads) {
    return Engine.open(new EngineOptions(TestData.demoModel(), "auto", chunkTokens, threads));
  }

  /** Everything a session can be asked, after reading the prompt and three steps. */
  private record Everything(
      float[] logits, float[] last, float[] mean, float[] evidence, SelectionQuality quality) {
    static Everything of(Session session) {
      return new Everything(
          session.logits(),
          session.lastHidden(),
          session.meanHidden(),
          session.evidence(),
          session.quality());
    }

    void isTheSameAs(Everything other) {
      assertThat(logits).isEqualTo(other.logits);
      assertThat(last).isEqualTo(other.last);
      assertThat(mean).isEqualTo(other.mean);
      assertThat(evidence).isEqualTo(other.evidence);
      assertThat(quality).isEqualTo(other.quality);
    }
  }

  private static final int[] STEPS = {52, 56, 50};
  private static final Everything ALONE = read(ENGINE, SAMPLED);

  private static Everything read(Engine engine, SessionOptions options) {
    try (Session session = engine.newSession(options)) {
      session.prefill(Arrays.copyOf(PROMPT, PROMPT.length - 40));
      session.collectEvidence();
      session.prefill(Arrays.copyOfRange(PROMPT, PROMPT.length - 40, PROMPT.length));
      for (int step : STEPS) {
        engine.step(List.of(session), new int[] {step});
      }
      return Everything.of(session);
    }
  }

  @AfterAll
  static void everySessionWasClosed() {
    ENGINE.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 63, 64, 65, 200, 4096})
  void bitsDoNotDependOnTheChunk(int chunkTokens) {
    read(engine(chunkTokens, 1), SAMPLED).isTheSameAs(ALONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void bitsDoNotDependOnTheThreads(int threads) {
    read(engine(512, threads), SAMPLED).isTheSameAs(ALONE);
    SessionOptions dense = SAMPLED.with(AttentionMode.DENSE);
    read(engine(300, threads), dense).isTheSameAs(read(ENGINE, dense));
  }

  @Test
  void selectingEverythingCostsWhatDenseAttentionCosts() {
    SessionOptions everything =
        new SessionOptions(AttentionMode.SPARSE, PROMPT.length, 0, IndexPrecision.F32);
    assertThat(attentionFlops(everything))
        .isEqualTo(attentionFlops(SessionOptions.DEFAULT.with(AttentionMode.DENSE)));
  }

  private static long attentionFlops(SessionOptions options) {
    try (Session session = ENGINE.newSession(options)) {
      session.prefill(PROMPT);
      return session.stats().flops().get(Stage.ATTENTION);
    }
  }

  @ParameterizedTest
  @EnumSource(AttentionMode.class)
  void scalarBackendGivesTheSameBits(AttentionMode mode) {
    Engine scalar = Engine.open(EngineOptions.of(TestData.demoModel(), "scalar"));
    read(scalar, SAMPLED.with(mode)).isTheSameAs(read(ENGINE, SAMPLED.with(mode)));
  }

  @Test
  void layersThatShareASelectionIndexOnlyOnce() {
    SessionOptions pairs = SAMPLED.withIndexReuse(2);
    Everything once = read(ENGINE, pairs);
    read(engine(61, 3), pairs).isTheSameAs(once);
    read(Engine.open(EngineOptions.of(TestData.demoModel(), "scalar")), pairs).isTheSameAs(once);
    assertThat(once.logits()).isNotEqualTo(ALONE.logits());
    EngineStats anew = stats(SAMPLED);
    EngineStats shared = stats(pairs);
    assertThat(shared.keysKept()).isEqualTo(anew.keysKept());
    assertThat(2 * shared.keysScored()).isEqualTo(anew.keysScored());
    assertThat(shared.flops().get(Stage.ATTENTION)).isEqualTo(anew.flops().get(Stage.ATTENTION));
    assertThat(shared.peakCacheBytes()).isLessThan(anew.peakCacheBytes());
  }

  private static EngineStats stats(SessionOptions options) {
    try (Session session = ENGINE.newSession(options)) {
      session.prefill(PROMPT);
      return session.stats();
    }
  }

  @Test
  void eightBitIndexKeepsItsBitsOverChunksThreadsAndBackends() {
    SessionOptions int8 = SAMPLED.with(IndexPrecision.INT8);
    Everything once = read(ENGINE, int8);
    read(engine(61, 2), int8).isTheSameAs(once);
    read(Engine.open(EngineOptions.of(TestData.demoModel(), "scalar")), int8).isTheSameAs(once);
    assertThat(once.quality().recall()).isCloseTo(ALONE.quality().recall(), Offset.offset(0.03));
    assertThat(once.quality().capturedMass())
        .isCloseTo(ALONE.quality().capturedMass(), Offset.offset(0.03));
  }

  @Test
  void eightBitIndexKeysTakeAQuarterAndForkLikeTheOthers() {
    SessionOptions int8 = SessionOptions.DEFAULT.with(IndexPrecision.INT8);
    long f32 = ENGINE.plannedBytes(6400, IndexPrecision.F32);
    long codes = ENGINE.plannedBytes(6400, IndexPrecision.INT8);
    assertThat(f32 - codes).isEqualTo(6400L * 4 * (32 * 4 - (32 + 4)));
    try (Session origin = ENGINE.newSession(int8);
        Session whole = ENGINE.newSession(int8)) {
      origin.prefill(Arrays.copyOf(PROMPT, 500));
      whole.prefill(PROMPT);
      assertThat(whole.stats().peakCacheBytes())
          .isEqualTo(ENGINE.plannedBytes(PROMPT.length, IndexPrecision.INT8));
      try (Session fork = origin.fork()) {
        origin.prefill(new int[] {1, 2, 3});
        fork.prefill(Arrays.copyOfRange(PROMPT, 500, PROMPT.length));
        assertThat(fork.logits()).isEqualTo(whole.logits());
      }
    }
  }

  @Test
  void bitsDoNotDependOnTheBatch() {
    List<Session> sessions = new ArrayList<>();
    int[] other = TestData.demoTokens("In the beginning");
    for (int i = 0; i < 5; i++) {
      Session session = ENGINE.newSession(SAMPLED);
      if (i == 3) {
        session.prefill(Arrays.copyOf(PROMPT, PROMPT.length - 40));
        session.collectEvidence();
        session.prefill(Arrays.copyOfRange(PROMPT, PROMPT.length - 40, PROMPT.length));
      } else {
        session.prefill(Arrays.copyOf(other, 5 + i));
      }
      sessions.add(session);
    }
    for (int step : STEPS) {
      ENGINE.step(sessions, new int[] {65, 66, 67, step, 68});
    }
    Everything.of(sessions.get(3)).isTheSameAs(ALONE);
    assertThat(ENGINE.logits(sessions).get(3)).isEqualTo(ALONE.logits());
    sessions.forEach(Session::close);
  }

  @Test
  void forkContinuesAsIfItHadReadEverythingItself() {
    Session origin = ENGINE.newSession(SAMPLED);
    origin.prefill(Arrays.copyOf(PROMPT, PROMPT.length - 40));
    Session one = origin.fork();
    Session two = origin.fork();
    two.prefill(TestData.demoTokens("something else"));
    one.collectEvidence();
    one.prefill(Arrays.copyOfRange(PROMPT, PROMPT.length - 40, PROMPT.length));
    origin.prefill(new int[] {1, 2, 3});
    for (int step : STEPS) {
      ENGINE.step(List.of(one), new int[] {step});
    }
    assertThat(one.logits()).isEqualTo(ALONE.logits());
    assertThat(one.meanHidden()).isEqualTo(ALONE.mean());
    assertThat(one.evidence()).isEqualTo(ALONE.evidence());
    assertThat(one.stats().tokens()).isEqualTo(43);
    List.of(origin, one, two).forEach(Session::close);
  }

  @Test
  void threadsDoNotDisturbEachOther() throws ExecutionException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    List<Future<Everything>> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(pool.submit(() -> read(ENGINE, SAMPLED)));
    }
    for (Future<Everything> run : runs) {
      run.get().isTheSameAs(ALONE);
    }
    pool.shutdown();
  }

  @Test
  void scoredTokensHaveTheLogProbabilityOfTheLogitsBeforeThem() {
    double[] scored;
    try (Session session = engine(50, 1).newSession(SessionOptions.DEFAULT)) {
      scored = session.prefillScored(Arrays.copyOf(PROMPT, 120));
    }
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      session.prefill(Arrays.copyOf(PROMPT, 99));
      float[] logits = session.logits();
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      assertThat(scored[99]).isCloseTo(logits[PROMPT[99]] - Math.log(sum), Offset.offset(1e-9));
    }
    assertThat(scored[0]).isNaN();
    assertThat(Arrays.stream(scored).skip(1).max().orElseThrow()).isNegative();
  }

  @Test
  void topKThatCoversTheCacheEqualsDense() {
    SessionOptions all = new SessionOptions(AttentionMode.SPARSE, 4096, 0, IndexPrecision.F32);
    Everything covered = read(ENGINE, all);
    Everything dense = read(ENGINE, SessionOptions.DEFAULT.with(AttentionMode.DENSE));
    covered.isTheSameAs(dense);
  }

  @Test
  void evidenceOfAnAnswerLiesOnItsFact() {
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      session.prefill(Arrays.copyOf(PROMPT, PROMPT.length - 1));
      session.collectEvidence();
      session.prefill(new int[] {PROMPT[PROMPT.length - 1]});
      for (int step : STEPS) {
        ENGINE.step(List.of(session), new int[] {step});
      }
      float[] evidence = Arrays.copyOfRange(session.evidence(), 1, PROMPT.length - 60);
      int fact = TestData.needle(700).indexOf("48213");
      int best = TestDemoModel.argmax(evidence);
      assertThat(best).isBetween(fact, fact + 5);
    }
  }

  @Test
  void selectionKeepsMostOfTheMassItCould() {
    assertThat(ALONE.quality().samples()).isGreaterThan(100);
    assertThat(ALONE.quality().capturedMass()).isBetween(0.3, 1.0);
    assertThat(ALONE.quality().recall()).isBetween(0.3, 1.0);
  }

  @Test
  void everyStageIsCounted() {
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      session.prefill(PROMPT);
      session.logits();
      EngineStats stats = session.stats();
      for (Stage stage : Stage.values()) {
        assertThat(stats.nanos().get(stage)).as(stage.name()).isPositive();
        assertThat(stats.flops().get(stage)).as(stage.name()).isPositive();
      }
      int layers = ENGINE.config().layers();
      long kept = 0;
      for (int t = 0; t < PROMPT.length; t++) {
        kept += Math.min(64, t + 1);
      }
      assertThat(stats.keysKept()).isEqualTo(kept * layers);
      assertThat(stats.peakCacheBytes())
          .isEqualTo(ENGINE.plannedBytes(PROMPT.length, IndexPrecision.F32));
      assertThat(stats.denseEquivalentFlops()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 320, Integer.MAX_VALUE})
  void tokenOutsideTheVocabularyIsRefusedWithItsPosition(int id) {
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      session.prefill(new int[] {1, 2});
      assertThatThrownBy(() -> session.prefill(new int[] {3, id}))
          .hasMessage("Invalid token id: " + id + " at position 3 (expected 0..319)");
      assertThatThrownBy(() -> ENGINE.step(List.of(session), new int[] {id}))
          .hasMessage("Invalid token id: " + id + " at position 2 (expected 0..319)");
    }
  }

  @Test
  void interruptEndsReading() {
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> session.prefill(PROMPT)).isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aSessionTwiceInAStepIsRefusedUnharmed() {
    try (Session session = ENGINE.newSession(SessionOptions.DEFAULT)) {
      session.prefill(new int[] {1, 2});
      assertThatThrownBy(() -> ENGINE.step(List.of(session, session), new int[] {3, 4}))
          .hasMessage("Invalid sessions: 1 of 2 differ (expected all)");
      ENGINE.step(List.of(session), new int[] {3});
      assertThat(session.length()).isEqualTo(3);
    }
  }

  @Test
  void aClosedEngineOpensNoSession() {
    Engine engine = engine(512, 2);
    engine.close();
    engine.close();
    assertThatThrownBy(() -> engine.newSession(SessionOptions.DEFAULT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot open a session: the engine is closed");
  }

  @Test
  void closedAndEmptySessionsSayWhatTheyCannotDo() {
    Session session = ENGINE.newSession(SessionOptions.DEFAULT);
    assertThatThrownBy(session::logits).hasMessageContaining("the sequence is empty");
    session.prefill(new int[0]);
    assertThat(session.length()).isZero();
    assertThatThrownBy(ENGINE::close).hasMessageContaining("still open");
    session.close();
    session.close();
    assertThatThrownBy(() -> session.prefill(PROMPT)).hasMessageContaining("closed");
  }
}
