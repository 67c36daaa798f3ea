package org.longread.kernels.bench;

import java.util.List;
import org.longread.kernels.ops.AttentionShape;

/**
 * The attention of one chunk of query rows at the end of a context, as any library takes it.
 *
 * <pre>
 * queries  per head [rows, dQk]    float32  row i is at position length - rows + i
 * keys     per head [length, dQk]  float32  expanded from the latents already
 * values   per head [length, dV]   float32  expanded from the latents already
 * </pre>
 *
 * <p>Scores are multiplied by {@link AttentionShape#softmaxScale}. The arrays are shared: a peer
 * copies what it wants laid out otherwise, before it is timed.
 */
public record PeerProblem(
    AttentionShape shape,
    int rows,
    int length,
    List<float[]> queries,
    List<float[]> keys,
    List<float[]> values) {
  public PeerProblem {
    queries = List.copyOf(queries);
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /** Position of row 0. */
  public int firstPosition() {
    return length - rows;
  }

  /** Query-key pairs of the last {@code count} rows under the causal mask, of one head. */
  long pairs(int count) {
    return (long) count * (length - count + 1) + (long) count * (count - 1) / 2;
  }
}
