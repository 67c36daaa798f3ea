package org.longread.kernels.verify;

import java.util.Iterator;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelConfigReader;
import org.longread.kernels.forward.RotaryEmbedding;
import org.longread.kernels.ops.KernelOps;

/** Rotary embedding: frequencies, angles, both layouts, and the softmax scale that YaRN changes. */
final class RopeFile implements KernelFile {
  /** Frequencies and scales are float64; libraries differ in their last bits. */
  private static final double FREQUENCY = 1e-12;

  /** Float32 rounding of a cosine is 6e-8; angles formed in float32 are off by 1.6e-3. */
  private static final double ANGLE = 1e-6;

  private static final double ROTATED = 1e-5;
  private static final String SCALE_PREFIX = "softmax_scale_for_head_dim_";

  @Override
  public String name() {
    return "rope";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    file.eachCase("rope", "", comparison, c -> verifyCase(c, comparison));
  }

  private static void verifyCase(ReferenceCase c, Comparison comparison) {
    ModelConfig.Rope rope =
        ModelConfigReader.readRope(c.parameters(), KernelVerification.INDEX + " " + c.prefix());
    softmaxScale(c, rope, comparison);
    int width = c.integer("qk_rope_head_dim");
    int half = width / 2;
    RotaryEmbedding embedding = new RotaryEmbedding(width, rope);
    double[] frequencies = c.doubles("inv_freq", half);
    comparison.ratio(c.stage("inv_freq"), frequencies, embedding.frequencies(), FREQUENCY);

    int count = c.size("positions", 0);
    int[] positions = c.ints("positions", 0, Integer.MAX_VALUE, count);
    RotaryEmbedding.Table table = embedding.table(positions);
    angles(c, "cos", table.cos(), comparison, count, half);
    angles(c, "sin", table.sin(), comparison, count, half);
    rotated(c, "y_interleaved", table::interleaved, comparison, width);
    rotated(c, "y_half_split", table::halfSplit, comparison, width);
  }

  private static void softmaxScale(ReferenceCase c, ModelConfig.Rope rope, Comparison comparison) {
    scale(c, "softmax_scale_factor", rope.softmaxScale(1), comparison);
    for (Iterator<String> keys = c.parameters().fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (key.startsWith(SCALE_PREFIX)) {
        scale(c, key, rope.softmaxScale(headDim(key)), comparison);
      }
    }
  }

  private static int headDim(String key) {
    String number = key.substring(SCALE_PREFIX.length());
    if (!number.matches("[1-9][0-9]{0,5}")) {
      throw new CheckpointException(
          "Cannot read "
              + KernelVerification.INDEX
              + ": Invalid key: "
              + key
              + " (expected a width)");
    }
    return Integer.parseInt(number);
  }

  private static void scale(ReferenceCase c, String key, double actual, Comparison comparison) {
    double[] expected = {c.number(key)};
    comparison.ratio(c.stage(key), expected, new double[] {actual}, FREQUENCY);
  }

  private static void angles(
      ReferenceCase c, String tensor, float[] actual, Comparison comparison, int... shape) {
    double[] expected = c.doubles(tensor, shape);
    comparison.absolute(c.stage(tensor), expected, Comparison.widen(actual), ANGLE);
  }

  /** One of the two layouts. */
  private interface Layout {
    void rotate(int row, float[] x, int at);
  }

  private static void rotated(
      ReferenceCase c, String tensor, Layout layout, Comparison comparison, int width) {
    int count = c.size("positions", 0);
    int vectors = c.size("x", 1);
    float[] x = c.floats("x", count, vectors, width);
    for (int i = 0; i < count * vectors; i++) {
      layout.rotate(i / vectors, x, i * width);
    }
    double[] expected = c.doubles(tensor, count, vectors, width);
    comparison.relative(c.stage(tensor), expected, Comparison.widen(x), ROTATED);
  }
}
