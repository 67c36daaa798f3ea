package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.longread.kernels.ops.KernelOps;

/**
 * The online softmax of four queries with several keys per vector, as {@link BlockSoftmax}'s.
 *
 * <pre>
 * block               [keys, 4]  scores, keys ascending; then their weights exp(score - max)
 * max, sum, rescale   [4]        of each query; rescale is padded to a vector
 * </pre>
 *
 * <p>A maximum is the same in any order; sums run in key order. Belongs to one call of one thread
 * and owns these arrays.
 */
final class QuadSoftmax {
  static final int QUERIES = 4;

  final float[] block = new float[KernelOps.SOFTMAX_BLOCK * QUERIES];
  final float[] rescale = new float[COUNT];
  private final float[] max = new float[QUERIES];
  private final float[] sum = new float[QUERIES];
  private final float[] lanes = new float[COUNT];
  private final float scale;

  QuadSoftmax(float scale) {
    this.scale = scale;
  }

  void clear() {
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0f);
  }

  /** Turns raw scores into weights and folds them into the running states. */
  void weigh(int keys) {
    int size = (keys * QUERIES + COUNT - 1) / COUNT * COUNT;
    Arrays.fill(block, keys * QUERIES, size, Float.NEGATIVE_INFINITY);
    foldMaximum(size);
    for (int q = 0; q < QUERIES; q++) {
      float now = max[q];
      for (int lane = q; lane < COUNT; lane += QUERIES) {
        now = Math.max(now, lanes[lane]);
      }
      rescale[q] = max[q] - now;
      max[q] = now;
    }
    for (int lane = 0; lane < COUNT; lane++) {
      lanes[lane] = max[lane % QUERIES];
    }
    subtractMaximum(size);
    VectorExponential.expInPlace(rescale, COUNT);
    VectorExponential.expInPlace(block, size);
    addWeights(keys);
  }

  /** Scales the scores and leaves the maximum of each lane. */
  private void foldMaximum(int size) {
    FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < size; i += COUNT) {
      FloatVector score = FloatVector.fromArray(FLOATS, block, i).mul(scale);
      score.intoArray(block, i);
      most = most.max(score);
    }
    most.intoArray(lanes, 0);
  }

  private void subtractMaximum(int size) {
    FloatVector now = FloatVector.fromArray(FLOATS, lanes, 0);
    for (int i = 0; i < size; i += COUNT) {
      FloatVector.fromArray(FLOATS, block, i).sub(now).intoArray(block, i);
    }
  }

  private void addWeights(int keys) {
    float a = sum[0] * rescale[0];
    float b = sum[1] * rescale[1];
    float c = sum[2] * rescale[2];
    float d = sum[3] * rescale[3];
    for (int i = 0; i < keys * QUERIES; i += QUERIES) {
      a += block[i];
      b += block[i + 1];
      c += block[i + 2];
      d += block[i + 3];
    }
    sum[0] = a;
    sum[1] = b;
    sum[2] = c;
    sum[3] = d;
  }

  /** Writes a query's result, values / sum, or 0 where it had no key; returns its lse. */
  float finish(int q, float[] values, int from, float[] out, int to, int count) {
    return BlockSoftmax.finish(max[q], sum[q], values, from, out, to, count);
  }
}
