package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestHadamard {
  private static final long SEED = 20250929;

  @Test
  void columnsAreTheSignsOfSylvesterOrder() {
    int dim = 8;
    for (int j = 0; j < dim; j++) {
      float[] unit = new float[dim];
      unit[j] = 1f;
      Hadamard.rotate(unit, 0, dim);
      for (int i = 0; i < dim; i++) {
        float sign = Integer.bitCount(i & j) % 2 == 0 ? 1f : -1f;
        assertThat(unit[i]).as("[%d, %d]", i, j).isEqualTo(sign * (float) (1 / Math.sqrt(dim)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32, 64, 128, 256})
  void rotatingTwiceGivesTheVectorBack(int dim) {
    float[] x = random(dim + 3);
    float[] twice = x.clone();
    Hadamard.rotate(twice, 2, dim);
    Hadamard.rotate(twice, 2, dim);
    for (int i = 0; i < x.length; i++) {
      assertThat(twice[i]).as("seed %d, element %d", SEED, i).isCloseTo(x[i], Offset.offset(1e-5f));
    }
  }

  @Test
  void whatLiesAroundTheVectorStaysUntouched() {
    float[] x = random(16);
    float[] rotated = x.clone();
    Hadamard.rotate(rotated, 4, 8);
    assertThat(Arrays.copyOf(rotated, 4)).isEqualTo(Arrays.copyOf(x, 4));
    assertThat(Arrays.copyOfRange(rotated, 12, 16)).isEqualTo(Arrays.copyOfRange(x, 12, 16));
  }

  @Test
  void rotationOfBothSidesKeepsDotProducts() {
    float[] q = random(128);
    float[] k = random(129);
    double before = dot(q, k);
    Hadamard.rotate(q, 0, 128);
    Hadamard.rotate(k, 0, 128);
    assertThat(dot(q, k)).as("seed %d", SEED).isCloseTo(before, Offset.offset(1e-4));
  }

  @ParameterizedTest
  @ValueSource(ints = {-8, 0, 3, 96})
  void widthsThatAreNoPowerOfTwoAreRefused(int dim) {
    assertThatThrownBy(() -> Hadamard.rotate(new float[128], 0, dim))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid dim: " + dim + " (expected a power of two)");
  }

  private static float[] random(int length) {
    Random random = new Random(SEED + length);
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
