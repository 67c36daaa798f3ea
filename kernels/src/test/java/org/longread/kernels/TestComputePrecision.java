package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.IndexPrecision;

/**
 * What holds for sessions of an engine that rounds as the published low-precision path does. That
 * it rounds where that path does is held by the golden verification of m3-fp8-sparse.
 */
class TestComputePrecision {
  private static final int[] PROMPT = new Random(20261130).ints(40, 0, 70).toArray();

  private static Path model(String name) {
    return TestData.golden().resolve("models").resolve(name);
  }

  private static EngineOptions options(String name, String backend, int chunk, int threads) {
    return new EngineOptions(model(name), backend, chunk, threads).with(ComputePrecision.FP8);
  }

  private static float[] read(EngineOptions options) {
    try (Engine engine = Engine.open(options);
        Session session = engine.newSession(SessionOptions.DEFAULT)) {
      session.prefill(PROMPT);
      return session.logits();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m3-fp8-sparse", "m5-fp8-float-scales"})
  void roundedLogitsDependOnNothingButTheTokens(String name) {
    float[] logits = read(options(name, "auto", 1024, 1));
    assertThat(read(options(name, "auto", 7, 2))).isEqualTo(logits);
    assertThat(read(options(name, "scalar", 16, 1))).isEqualTo(logits);
    EngineOptions.Placement streamed = new EngineOptions.Placement(WeightsMode.STREAMED, 0);
    assertThat(read(options(name, "auto", 11, 2).with(streamed))).isEqualTo(logits);
    float[] exact = read(options(name, "auto", 1024, 1).with(ComputePrecision.F32));
    assertThat(logits).as("rounding shows").isNotEqualTo(exact);
  }

  @Test
  void stepsRoundAsTheAbsorbedFormDoesAndDependOnNoOther() {
    try (Engine engine = Engine.open(options("m3-fp8-sparse", "auto", 16, 2));
        Session alone = engine.newSession(SessionOptions.DEFAULT);
        Session first = engine.newSession(SessionOptions.DEFAULT);
        Session other = engine.newSession(SessionOptions.DEFAULT)) {
      int[] head = Arrays.copyOf(PROMPT, PROMPT.length - 1);
      alone.prefill(head);
      first.prefill(head);
      other.prefill(new int[] {3, 1, 4, 1, 5});
      int last = PROMPT[PROMPT.length - 1];
      engine.step(List.of(alone), new int[] {last});
      engine.step(List.of(other, first), new int[] {9, last});
      assertThat(first.logits()).isEqualTo(alone.logits());
      float[] prefilled = read(options("m3-fp8-sparse", "auto", 16, 2));
      assertThat(cosine(alone.logits(), prefilled)).isGreaterThan(0.95);
    }
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  @Test
  void modelsWhoseWeightsAreNotFp8AreRefused() {
    assertThatThrownBy(() -> Engine.open(options("m1-bf16-sparse", "auto", 16, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid compute-precision: fp8")
        .hasMessageContaining("quantization_config");
  }

  @Test
  void indexKeysAreNotRoundedTwice() {
    try (Engine engine = Engine.open(options("m3-fp8-sparse", "auto", 16, 1))) {
      SessionOptions int8 = SessionOptions.DEFAULT.with(IndexPrecision.INT8);
      assertThatThrownBy(() -> engine.newSession(int8))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Invalid index-precision: int8");
    }
  }
}
