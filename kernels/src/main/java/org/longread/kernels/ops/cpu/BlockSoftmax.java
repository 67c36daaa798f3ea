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
      foldMaximum(keys, width, q, state + q);
      subtractMaximum(keys, width, q, state + q);
    }
    VectorExponential.expInPlace(rescale, width);
    VectorExponential.expInPlace(block, keys * width);
  }

  // One loop per method: vectors that live through two nested loops are boxed by HotSpot 17.

  /** Takes the maximum of each lane; a maximum is the same in any order, so four run at once. */
  private void foldMaximum(int keys, int width, int q, int state) {
    FloatVector before = FloatVector.fromArray(FLOATS, max, state);
    FloatVector m0 = before;
    FloatVector m1 = before;
    FloatVector m2 = before;
    FloatVector m3 = before;
    int last = (keys - 1) * width + q;
    for (int at = q; at <= last; at += 4 * width) {
      m0 = m0.max(FloatVector.fromArray(FLOATS, block, at));
      m1 = m1.max(FloatVector.fromArray(FLOATS, block, Math.min(last, at + width)));
      m2 = m2.max(FloatVector.fromArray(FLOATS, block, Math.min(last, at + 2 * width)));
      m3 = m3.max(FloatVector.fromArray(FLOATS, block, Math.min(last, at + 3 * width)));
    }
    FloatVector now = m0.max(m1).max(m2.max(m3));
    before.sub(now).intoArray(rescale, q);
    now.intoArray(max, state);
  }

  private void subtractMaximum(int keys, int width, int q, int state) {
    FloatVector now = FloatVector.fromArray(FLOATS, max, state);
    for (int b = 0, at = q; b < keys; b++, at += width) {
      FloatVector.fromArray(FLOATS, block, at).sub(now).intoArray(block, at);
    }
  }

  /** Rescales the running sums and adds the weights in key order. */
  void addWeights(int keys, int width, int state) {
    for (int q = 0; q < width; q += COUNT) {
      addLane(keys, width, q, state + q);
    }
  }

  private void addLane(int keys, int width, int q, int state) {
    FloatVector total =
        FloatVector.fromArray(FLOATS, sum, state).mul(FloatVector.fromArray(FLOATS, rescale, q));
    for (int b = 0, at = q; b < keys; b++, at += width) {
      total = total.add(FloatVector.fromArray(FLOATS, block, at));
    }
    total.intoArray(sum, state);
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
    return finish(max[state], sum[state], values, from, out, to, count);
  }

  /** The same for a maximum and a sum kept elsewhere. */
  static float finish(
      float max, float sum, float[] values, int from, float[] out, int to, int count) {
    if (max == Float.NEGATIVE_INFINITY) {
      Arrays.fill(out, to, to + count, 0f);
      return Float.POSITIVE_INFINITY;
    }
    for (int c = 0; c < count; c++) {
      out[to + c] = values[from + c] / sum;
    }
    return max + (float) StrictMath.log(sum);
  }
}
