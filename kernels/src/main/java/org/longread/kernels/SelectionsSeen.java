package org.longread.kernels;

/**
 * Selections that were looked at, of queries chosen by position alone, where at least four times as
 * many tokens were visible as could be kept.
 *
 * @param rows how many, over all layers
 * @param newest those that are just the newest tokens
 * @param oldest those that are just the oldest tokens
 */
public record SelectionsSeen(long rows, long newest, long oldest) {
  /** Both together. */
  public SelectionsSeen plus(SelectionsSeen other) {
    return new SelectionsSeen(rows + other.rows, newest + other.newest, oldest + other.oldest);
  }
}
