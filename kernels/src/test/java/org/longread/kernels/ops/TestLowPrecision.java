package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.kernels.ops.LowPrecision.Quantized;
import org.longread.kernels.ops.LowPrecision.ScaleFormat;

class TestLowPrecision {
  private static final long SEED = 20250930;

  @Test
  void everyCodeSurvivesDecodingAndEncoding() {
    for (int code = 0; code < 256; code++) {
      int expected = code == 0xFF ? 0x7F : code;
      float value = Widening.e4m3((byte) code);
      assertThat(LowPrecision.e4m3(value) & 0xFF).as("code %d", code).isEqualTo(expected);
    }
  }

  @Test
  void midpointsGoToTheEvenCodeAndTheirNeighboursToTheNearest() {
    for (int code = 0; code < 0x7E; code++) {
      float low = Widening.e4m3((byte) code);
      float high = Widening.e4m3((byte) (code + 1));
      float middle = (low + high) / 2;
      int even = code % 2 == 0 ? code : code + 1;
      assertThat(LowPrecision.e4m3(middle))
          .as("between %s and %s", low, high)
          .isEqualTo((byte) even);
      assertThat(LowPrecision.e4m3(Math.nextDown(middle))).isEqualTo((byte) code);
      assertThat(LowPrecision.e4m3(Math.nextUp(middle))).isEqualTo((byte) (code + 1));
      assertThat(LowPrecision.e4m3(-middle)).isEqualTo((byte) (even | 0x80));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {448f, 464f, 464.1f, 480f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY})
  void valuesBeyondTheRangeAreClamped(float x) {
    assertThat(LowPrecision.e4m3(x)).isEqualTo((byte) 0x7E);
    assertThat(LowPrecision.e4m3(-x)).isEqualTo((byte) 0xFE);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0",
    "1.00390625, 1.0", // midway to 1 + 2^-7, even below
    "1.01171875, 1.015625", // midway between 1 + 2^-7 and 1 + 2^-6, even above
    "-1.0039064, -1.0078125",
    "3.4028235e38, Infinity",
    "-0.0, -0.0",
    "NaN, NaN"
  })
  void bf16RoundsToNearestEven(float x, float expected) {
    assertThat(Float.floatToIntBits(LowPrecision.bf16(x)))
        .isEqualTo(Float.floatToIntBits(expected));
  }

  @Test
  void bf16KeepsEveryBf16() {
    for (int bits = 0; bits <= 0xFFFF; bits++) {
      float value = Widening.bf16((short) bits);
      int kept = Float.floatToIntBits(LowPrecision.bf16(value));
      assertThat(kept).as("bits %x", bits).isEqualTo(Float.floatToIntBits(value));
    }
  }

  @Test
  void powerOfTwoScalesAreTheNextPowerAtOrAboveTheFloatScale() {
    Random random = new Random(SEED);
    for (int n = 0; n < 1000; n++) {
      float[] x = {(float) Math.scalb(random.nextGaussian(), random.nextInt(60) - 30)};
      float exact = quantize(x, 1, ScaleFormat.FLOAT).scales()[0];
      float power = quantize(x, 1, ScaleFormat.POWER_OF_TWO).scales()[0];
      assertThat(Float.floatToRawIntBits(power) & 0x7F_FFFF).as("seed %d, %s", SEED, x[0]).isZero();
      assertThat(power).as("seed %d, %s", SEED, x[0]).isGreaterThanOrEqualTo(exact);
      assertThat(power / 2).as("seed %d, %s", SEED, x[0]).isLessThan(exact);
    }
  }

  @Test
  void zeroRowsHaveTheSmallestScale() {
    assertThat(quantize(new float[128], 128, ScaleFormat.POWER_OF_TWO).scales())
        .containsExactly(0x1p-22f);
    assertThat(quantize(new float[128], 128, ScaleFormat.FLOAT).scales())
        .containsExactly(1e-4f * (1 / 448f));
  }

  @Test
  void eachGroupOfEachRowHasItsOwnScale() {
    float[] x = new float[2 * 200];
    x[0] = 448f;
    x[128] = 2 * 448f;
    x[200] = 4 * 448f;
    x[399] = -8 * 448f;
    Quantized quantized = quantize(x, 200, ScaleFormat.POWER_OF_TWO);
    assertThat(quantized.scales()).containsExactly(1f, 2f, 4f, 8f);
    for (int at : new int[] {0, 128, 200}) {
      assertThat(quantized.codes()[at]).as("element %d", at).isEqualTo((byte) 0x7E);
    }
    assertThat(quantized.codes()[399]).isEqualTo((byte) 0xFE);
  }

  @Test
  void quantisingMovesAValueByHalfAStepAtMost() {
    Random random = new Random(SEED);
    float[] x = new float[4 * 256];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (ScaleFormat format : ScaleFormat.values()) {
      Quantized quantized = quantize(x, 256, format);
      for (int i = 0; i < x.length; i++) {
        float scale = quantized.scales()[i / 128];
        float error = Math.abs(Widening.e4m3(quantized.codes()[i]) * scale - x[i]);
        float allowed = Math.max(Math.abs(x[i]) * 0x1.0001p-4f, scale * 0x1.0001p-10f);
        assertThat(error).as("seed %d, element %d", SEED, i).isLessThanOrEqualTo(allowed);
      }
    }
  }

  private static Quantized quantize(float[] x, int width, ScaleFormat format) {
    return LowPrecision.quantize(Rows.of(x, width), x.length / width, width, format);
  }
}
