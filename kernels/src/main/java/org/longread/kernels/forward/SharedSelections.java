package org.longread.kernels.forward;

import java.util.Arrays;

/**
 * Selections of one pass that later layers use again, by batch row.
 *
 * <pre>
 * ofRow  [t][topK]  as the last layer that indexed selected them; rows have topK of their own
 * </pre>
 *
 * <p>Belongs to a pass. Slices share it; each touches its own rows only.
 */
record SharedSelections(int[][] ofRow, int firstRow) {
  static SharedSelections of(int rows) {
    return new SharedSelections(new int[rows][], 0);
  }

  /** The same with rows counted from {@code row}. */
  SharedSelections from(int row) {
    return new SharedSelections(ofRow, firstRow + row);
  }

  /** Keeps the selections [rows, topK] of rows from {@code row} on. */
  void put(int row, int rows, int topK, int[] indices) {
    for (int i = 0; i < rows; i++) {
      ofRow[firstRow + row + i] = Arrays.copyOfRange(indices, i * topK, (i + 1) * topK);
    }
  }

  /** What {@link #put} was given for the same rows. */
  int[] get(int row, int rows, int topK) {
    int[] indices = new int[rows * topK];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(ofRow[firstRow + row + i], 0, indices, i * topK, topK);
    }
    return indices;
  }
}
