package org.longread.kernels.forward;

import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/** Logits and log-probabilities of asked rows only. */
public final class OutputHead {
  /** Rows whose logits exist at once. */
  private static final int TILE = 32;

  private final WeightMatrix weight;

  OutputHead(WeightMatrix weight) {
    this.weight = weight;
  }

  /** Logits [t, V] of final hidden states [t, D]. */
  public float[] logits(KernelOps ops, int t, Rows hidden) {
    float[] logits = new float[Math.multiplyExact(t, weight.rows())];
    ops.matmul(t, hidden, weight, Rows.of(logits, weight.rows()));
    return logits;
  }

  /**
   * Natural log-probability of a target after each row, in float64.
   *
   * @param targets one token id per row
   */
  public double[] logProbs(KernelOps ops, Rows hidden, int[] targets) {
    double[] result = new double[targets.length];
    for (int first = 0; first < targets.length; first += TILE) {
      int rows = Math.min(TILE, targets.length - first);
      float[] logits = logits(ops, rows, hidden.from(first));
      for (int i = 0; i < rows; i++) {
        result[first + i] = logProb(logits, i * weight.rows(), weight.rows(), targets[first + i]);
      }
    }
    return result;
  }

  /** log softmax(logits[at .. at + n))[target], in float64. */
  public static double logProb(float[] logits, int at, int n, int target) {
    float max = Float.NEGATIVE_INFINITY;
    for (int v = 0; v < n; v++) {
      max = Math.max(max, logits[at + v]);
    }
    double sum = 0;
    for (int v = 0; v < n; v++) {
      sum += StrictMath.exp(logits[at + v] - (double) max);
    }
    return logits[at + target] - (double) max - StrictMath.log(sum);
  }

  /** FLOPs of one row. */
  public long flopsPerRow() {
    return Flops.matmul(weight);
  }
}
