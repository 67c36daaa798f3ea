package org.longread.kernels.ops;

/**
 * A tile of lightning-indexer queries of one sequence, at consecutive positions.
 *
 * <pre>
 * queries      [rows, heads * dim]  float32  index queries after RoPE
 * headWeights  [rows, heads]        float32  with both factors heads^-1/2 and dim^-1/2; any sign
 * </pre>
 *
 * @param firstPosition position of row 0; row i sees keys 0 .. firstPosition + i
 */
public record IndexQueries(
    Rows queries, Rows headWeights, int rows, int heads, int dim, int firstPosition) {
  /** Keys that row {@code i} sees. */
  public int visible(int i) {
    return firstPosition + i + 1;
  }
}
