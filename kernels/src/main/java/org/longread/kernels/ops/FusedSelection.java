package org.longread.kernels.ops;

/**
 * Index scores and token selection in one call, for a backend whose scores would be far from the
 * caller: only queries go in and only indices come out.
 */
public interface FusedSelection {
  /**
   * Scores as {@link KernelOps#indexScores(IndexQueries, TokenPages, Rows)} does and selects as
   * {@link KernelOps#selectTopK} does.
   *
   * <pre>
   * indices  [rows, topK]  ascending, then -1 to the end of the row
   * </pre>
   *
   * @throws NotANumberException if a candidate's score is NaN
   * @throws DeviceException if the device fails
   */
  DeviceWork select(IndexQueries tile, TokenPages keys, int topK, int[] indices);

  /** The same on 8-bit codes. */
  DeviceWork select(IndexQueries tile, CodePages keys, int topK, int[] indices);
}
