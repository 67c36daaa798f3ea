package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;

/**
 * Rotary position embedding with optional YaRN, in both layouts (dsa-spec section 3; Su et al.,
 * 2021; Peng et al., 2023). Angles are formed in float64, so position 163839 is as exact as 0.
 */
public final class RotaryEmbedding {
  private final double[] frequencies;
  private final double scale;

  /**
   * Frequencies for vectors of {@code width} rotated elements.
   *
   * @param width even
   */
  public RotaryEmbedding(int width, ModelConfig.Rope rope) {
    frequencies = new double[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = StrictMath.pow(rope.theta(), -2.0 * i / width);
    }
    this.scale = rope.rotationScale();
    rope.yarn().ifPresent(yarn -> scale(width, rope.theta(), yarn));
  }

  private void scale(int width, double theta, ModelConfig.Yarn yarn) {
    double low = Math.max(Math.floor(dimension(width, theta, yarn, yarn.betaFast())), 0);
    double high = Math.min(Math.ceil(dimension(width, theta, yarn, yarn.betaSlow())), width - 1);
    if (low == high) {
      high += 0.001;
    }
    for (int i = 0; i < frequencies.length; i++) {
      double ramp = Math.min(1, Math.max(0, (i - low) / (high - low)));
      frequencies[i] = frequencies[i] * (1 - ramp) + frequencies[i] / yarn.factor() * ramp;
    }
  }

  /** The dimension that turns {@code rotations} times over the original context. */
  private static double dimension(
      int width, double theta, ModelConfig.Yarn yarn, double rotations) {
    double wavelength = yarn.originalPositions() / (rotations * 2 * Math.PI);
    return width * StrictMath.log(wavelength) / (2 * StrictMath.log(theta));
  }

  /** Radians per position of each rotated pair, [width / 2]. */
  public double[] frequencies() {
    return frequencies.clone();
  }

  /** Cosines and sines of the given positions, one row each. */
  public Table table(int[] positions) {
    int half = frequencies.length;
    float[] cos = new float[positions.length * half];
    float[] sin = new float[positions.length * half];
    for (int row = 0; row < positions.length; row++) {
      for (int i = 0; i < half; i++) {
        double angle = positions[row] * frequencies[i];
        cos[row * half + i] = (float) (scale * StrictMath.cos(angle));
        sin[row * half + i] = (float) (scale * StrictMath.sin(angle));
      }
    }
    return new Table(half, 0, cos, sin);
  }

  /**
   * Cosines and sines of some positions, [rows, half] each; shared, not to be written.
   *
   * @param half rotated pairs
   * @param firstRow row of the arrays that row 0 stands for
   */
  public record Table(int half, int firstRow, float[] cos, float[] sin) {
    /** The same from row {@code row} on. */
    Table from(int row) {
      return new Table(half, firstRow + row, cos, sin);
    }

    /** Rotates pairs (x[2i], x[2i+1]) in place: the layout of MLA queries and keys. */
    public void interleaved(int row, float[] x, int at) {
      for (int i = 0; i < half; i++) {
        rotate((firstRow + row) * half + i, x, at + 2 * i, at + 2 * i + 1);
      }
    }

    /** Rotates pairs (x[i], x[i + half]) in place: the layout of the lightning indexer. */
    public void halfSplit(int row, float[] x, int at) {
      for (int i = 0; i < half; i++) {
        rotate((firstRow + row) * half + i, x, at + i, at + half + i);
      }
    }

    private void rotate(int angle, float[] x, int first, int second) {
      float a = x[first];
      float b = x[second];
      x[first] = a * cos[angle] - b * sin[angle];
      x[second] = a * sin[angle] + b * cos[angle];
    }
  }
}
