package org.longread.kernels.forward;

import org.longread.kernels.ops.InvalidSelectionException;

/**
 * Looks at selections of some queries, chosen by position alone: whether each is what a backend may
 * select, and whether all of them are nothing but the newest or the oldest tokens, as an indexer's
 * would be that does not work. Changes nothing that is computed. Safe for use by several threads.
 */
public final class SelectionWatch {
  /** One query of so many is looked at. */
  static final int EVERY = 64;

  /** Patterns count only where so many times as many tokens are visible as are kept. */
  private static final int FAR = 4;

  private long rows;
  private long newest;
  private long oldest;

  SelectionWatch() {}

  /**
   * Looks at the queries from {@code position} on.
   *
   * @param indices [rows, topK], as selected
   * @throws InvalidSelectionException if one is not min(topK, visible) visible tokens, ascending,
   *     then -1
   */
  void look(int layer, int position, int topK, int[] indices) {
    int skipped = Math.floorMod(-position, EVERY);
    for (int row = skipped; row < indices.length / topK; row += EVERY) {
      look(layer, position + row, indices, row * topK, topK);
    }
  }

  private void look(int layer, int position, int[] indices, int from, int topK) {
    int kept = Math.min(topK, position + 1);
    int least = 0;
    for (int i = 0; i < kept; i++) {
      int index = indices[from + i];
      if (index < least || index > position) {
        String rule = "entry %d is %d (expected %d..%d)".formatted(i, index, least, position);
        throw new InvalidSelectionException(layer, position, rule);
      }
      least = index + 1;
    }
    for (int i = kept; i < topK; i++) {
      if (indices[from + i] != -1) {
        String rule = "entry %d is %d (expected -1: none)".formatted(i, indices[from + i]);
        throw new InvalidSelectionException(layer, position, rule);
      }
    }
    if (position + 1 > (long) FAR * topK) {
      add(indices[from] == position + 1 - topK, indices[from + topK - 1] == topK - 1);
    }
  }

  private synchronized void add(boolean isNewest, boolean isOldest) {
    rows++;
    newest += isNewest ? 1 : 0;
    oldest += isOldest ? 1 : 0;
  }

  /** Selections looked at that could have been another. */
  public synchronized long rows() {
    return rows;
  }

  /** Those of them that are the newest tokens. */
  public synchronized long newest() {
    return newest;
  }

  /** Those of them that are the oldest tokens. */
  public synchronized long oldest() {
    return oldest;
  }
}
