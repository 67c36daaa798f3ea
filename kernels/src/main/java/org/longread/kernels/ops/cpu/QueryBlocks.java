package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Query rows in blocks with rows side by side, so that lanes can lie over rows.
 *
 * <pre>
 * block  [nope + rope, width]  per head; 64 rows, the last block fewer in steps of 16, padded by 0
 * </pre>
 *
 * <p>About as large as the queries. Belongs to one call, which owns the array.
 */
final class QueryBlocks {
  private static final int ROWS = WeightMatrix.PANEL;
  private static final int STEP = WeightMatrix.LANES;

  final float[] data;
  private final int rows;
  private final int query;

  QueryBlocks(ExpandedAttention call) {
    this.rows = call.rows();
    this.query = call.shape().query();
    int heads = call.shape().heads();
    this.data = new float[Math.multiplyExact(heads * query, padded())];
    Rows source = call.queries();
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < rows; i++) {
        int block = i / ROWS;
        int width = width(block);
        int to = at(h, block) + i % ROWS;
        int from = source.at(i) + h * query;
        for (int c = 0; c < query; c++) {
          data[to + c * width] = source.data()[from + c];
        }
      }
    }
  }

  int blocks() {
    return (rows + ROWS - 1) / ROWS;
  }

  int firstRow(int block) {
    return block * ROWS;
  }

  /** Rows of the call in a block. */
  int rows(int block) {
    return Math.min(ROWS, rows - block * ROWS);
  }

  /** Rows a block has room for. */
  int width(int block) {
    return (rows(block) + STEP - 1) / STEP * STEP;
  }

  /** Rows all blocks have room for. */
  int padded() {
    return (rows + STEP - 1) / STEP * STEP;
  }

  /** Where a head's part of a block starts. */
  int at(int h, int block) {
    return query * (h * padded() + block * ROWS);
  }
}
