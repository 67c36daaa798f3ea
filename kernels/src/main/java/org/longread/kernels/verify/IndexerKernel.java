package org.longread.kernels.verify;

import java.util.Arrays;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.Widening;

/**
 * Index scores and selections of query rows that stand anywhere: the golden rows are not
 * consecutive, so each is a tile of its own.
 *
 * @param keys [n, dim]
 */
record IndexerKernel(KernelOps ops, int heads, int dim, TokenPages keys) {
  static IndexerKernel of(KernelOps ops, int heads, int dim, float[] keys) {
    TokenPages pages = new TokenPages(dim, TokenPages.Layout.LANES);
    pages.appendAll(Rows.of(keys, dim), keys.length / dim);
    return new IndexerKernel(ops, heads, dim, pages);
  }

  /** Scores of every key for every row: queries [rows, heads * dim], weights [rows, heads]. */
  float[] scores(float[] queries, float[] weights) {
    int rows = weights.length / heads;
    int count = keys.length();
    float[] scores = new float[rows * count];
    Rows queryRows = Rows.of(queries, heads * dim);
    Rows weightRows = Rows.of(weights, heads);
    Rows scoreRows = Rows.of(scores, count);
    for (int i = 0; i < rows; i++) {
      IndexQueries row =
          new IndexQueries(queryRows.from(i), weightRows.from(i), 1, heads, dim, count - 1);
      ops.indexScores(row, keys, scoreRows.from(i));
    }
    return scores;
  }

  /**
   * Selects among the first {@code counts[i]} columns of each row; the others are made NaN, which
   * no selection may look at.
   *
   * @return indices [rows, topK]
   */
  static int[] select(KernelOps ops, float[] scores, int[] counts, int topK) {
    int width = scores.length / counts.length;
    float[] poisoned = scores.clone();
    int[] indices = new int[counts.length * topK];
    for (int i = 0; i < counts.length; i++) {
      Arrays.fill(poisoned, i * width + counts[i], (i + 1) * width, Float.NaN);
      int[] row = new int[topK];
      ops.selectTopK(Rows.of(poisoned, width).from(i), 1, counts[i], topK, row);
      System.arraycopy(row, 0, indices, i * topK, topK);
    }
    return indices;
  }

  /** Multiplies column s of [rows, n] by factor s, in place. */
  static void scaleColumns(float[] scores, float[] factors) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] *= factors[i % factors.length];
    }
  }

  /** The values of E4M3 codes, without scale. */
  static float[] decode(byte[] codes) {
    float[] values = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      values[i] = Widening.e4m3(codes[i]);
    }
    return values;
  }
}
