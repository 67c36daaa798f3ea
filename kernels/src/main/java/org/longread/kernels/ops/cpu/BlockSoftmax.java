package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.longread.kernels.ops.KernelOps;

/**
 * The online softmax of many queries side by side, one per lane (Milakov and Gimelshein, 2018).
 *
 * <pre>
 * block      [keys, width]  scores, keys ascending; then their weights exp(score - max)
 * max, sum   [states * width]  running maximum and sum of each query
 * rescale    [width]        what a query's sum and values so far were, or must be, multiplied by
 * </pre>
 *
 * <p>A query's maximum, rescaling and sum run down its own lane in key order, as in the reference.
 * Belongs to one call of one thread and owns these arrays.
 */
final class BlockSoftmax {
  final float[] block;
  final float[] rescale;
  private final float[] max;
  private final float[] sum;
  private final float scale;

  /**
   * @param width most queries in a block, a multiple of the lane count
   * @param states running states, in queries
   * @param scale factor of every score
   */
  BlockSoftmax(int width, int states, float scale) {
    this.block = new float[KernelOps.SOFTMAX_BLOCK * width];
    this.rescale = new float[width];
    this.max = new float[states];
    this.sum = new float[states];
    this.scale = scale;
    clear();
  }

  void clear() {
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0f);
  }

  /** Multiplies raw scores by the scale. */
  void scaleScores(int keys, int width) {
    for (int i = 0; i < keys * width; i += COUNT) {
      FloatVector.fromArray(FLOATS, block, i).mul(scale).intoArray(block, i);
    }
  }

  /**
   * Turns scaled scores into weights and folds the new maximum into the running states.
   *
   * @param state index of the running state of query 0
   */
  void weigh(int keys, int width, int state) {
    for (int q = 0; q < width; q += COUNT) {
      FloatVector before = FloatVector.fromArray(FLOATS, max, state + q);
      FloatVector now = before;
      for (int b = 0, at = q; b < keys; b++, at += width) {
        now = now.max(FloatVector.fromArray(FLOATS, block, at));
      }
      before.sub(now).intoArray(rescale, q);
      now.intoArray(max, state + q);
      for (int b = 0, at = q; b < keys; b++, at += width) {
        FloatVector.fromArray(FLOATS, block, at).sub(now).intoArray(block, at);
      }
    }
    VectorExponential.expInPlace(rescale, width);
    VectorExponential.expInPlace(block, keys * width);
  }

  /** Rescales the running sums and adds the weights in key order. */
  void addWeights(int keys, int width, int state) {
    for (int q = 0; q < width; q += COUNT) {
      FloatVector total =
          FloatVector.fromArray(FLOATS, sum, state + q)
              .mul(FloatVector.fromArray(FLOATS, rescale, q));
      for (int b = 0, at = q; b < keys; b++, at += width) {
        total = total.add(FloatVector.fromArray(FLOATS, block, at));
      }
      total.intoArray(sum, state + q);
    }
  }

  /** Multiplies the values so far of query {@code q} of the block by its rescaling factor. */
  void rescaleValues(int q, float[] values, int at, int count) {
    float factor = rescale[q];
    if (factor != 1f) {
      for (int c = at; c < at + count; c++) {
        values[c] *= factor;
      }
    }
  }

  /** Writes a query's result, values / sum, or 0 where it had no key; returns its lse. */
  float finish(int state, float[] values, int from, float[] out, int to, int count) {
    if (max[state] == Float.NEGATIVE_INFINITY) {
      Arrays.fill(out, to, to + count, 0f);
      return Float.POSITIVE_INFINITY;
    }
    float total = sum[state];
    for (int c = 0; c < count; c++) {
      out[to + c] = values[from + c] / total;
    }
    return max[state] + (float) StrictMath.log(total);
  }
}
