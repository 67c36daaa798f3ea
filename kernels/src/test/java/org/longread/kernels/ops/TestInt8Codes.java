package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TestInt8Codes {
  @Test
  void codesAreWholeAndWithinHalfAStep() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      float[] x = new float[64];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian() * 1e-3f;
      }
      float[] codes = x.clone();
      float scale = Int8Codes.quantize(codes, 0, codes.length);
      for (int i = 0; i < x.length; i++) {
        assertThat(codes[i]).isEqualTo((float) Math.rint(codes[i])).isBetween(-127f, 127f);
        assertThat(Math.abs(codes[i] * scale - x[i])).isLessThanOrEqualTo(scale * 0.5001f);
      }
    }
  }

  @Test
  void extremesHaveCodesToo() {
    float[] zeros = {0f, -0f};
    assertThat(Int8Codes.quantize(zeros, 0, 2)).isEqualTo(1f);
    assertThat(zeros).containsExactly(0f, 0f);
    float[] tiny = {Float.MIN_VALUE, 0f};
    assertThat(Int8Codes.quantize(tiny, 0, 2)).isEqualTo(1f);
    float[] huge = {Float.MAX_VALUE, -Float.MAX_VALUE};
    assertThat(Int8Codes.quantize(huge, 0, 2)).isFinite();
    assertThat(huge).containsExactly(127f, -127f);
    assertThat(Int8Codes.quantize(new float[] {1f, Float.NaN}, 0, 2)).isNaN();
    assertThat(Int8Codes.quantize(new float[] {Float.NEGATIVE_INFINITY}, 0, 1)).isNaN();
  }

  @Test
  void largestDotIsExactInFloat32() {
    float sum = 0f;
    for (int i = 0; i < Int8Codes.MOST_DIMENSIONS; i++) {
      sum = Math.fma(127f, 127f, sum);
    }
    assertThat((long) sum).isEqualTo(127L * 127 * Int8Codes.MOST_DIMENSIONS);
  }

  @Test
  void precisionRefusesWidthsItCannotRotate() {
    assertThatCode(() -> IndexPrecision.F32.check(36)).doesNotThrowAnyException();
    assertThatCode(() -> IndexPrecision.INT8.check(128)).doesNotThrowAnyException();
    assertThatThrownBy(() -> IndexPrecision.INT8.check(36))
        .hasMessageContaining("index_head_dim 36 is not a power of two");
  }
}
