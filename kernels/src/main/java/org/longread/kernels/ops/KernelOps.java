package org.longread.kernels.ops;

import java.util.Optional;

/**
 * The stage-sized operations of a forward pass, as every backend must compute them.
 *
 * <p>All arithmetic is float32 and every output element is defined as one fixed sequence of fused
 * multiply-adds, given by {@link ScalarOps}; a backend equals it bit for bit, whatever the number
 * of rows in a call, the thread or the vector width. Implementations are stateless towards the
 * caller and safe for use by several threads at once.
 */
public interface KernelOps extends AutoCloseable {
  /** Keys whose softmax is taken together; a block's running maximum rescales what came before. */
  int SOFTMAX_BLOCK = 64;

  /** The backend's name: scalar, cpu or tornado. */
  String name();

  /** What these operations round, and what is to be rounded between them. */
  default ComputePrecision computePrecision() {
    return ComputePrecision.F32;
  }

  /** The hardware in words, for statistics: "AVX 512-bit x 16 float lanes" or a device name. */
  String device();

  /**
   * Computes y = x Wᵀ.
   *
   * <pre>
   * x  [t, cols]  y  [t, rows]   y[i,o] = Σ_k x[i,k] W[o,k], k ascending, one chain from 0
   * </pre>
   */
  void matmul(int t, Rows x, WeightMatrix weight, Rows y);

  /** The same for one head's share of kv_b_proj, to or from latent space. */
  default void matmulOfHead(int t, Rows x, WeightMatrix weight, Rows y) {
    matmul(t, x, weight, y);
  }

  /**
   * Scores every visible key for each query of a tile (DeepSeek-V3.2-Exp report, equation 1).
   *
   * <pre>
   * keys    [length, dim] LANES layout
   * scores  [rows, length]  I = Σ_j w_j ReLU(q_j · k), j ascending; only columns a row sees are set
   * </pre>
   */
  void indexScores(IndexQueries tile, TokenPages keys, Rows scores);

  /**
   * Scores every visible key as above, on 8-bit codes.
   *
   * <pre>
   * tile    queries are codes, as whole floats; head weights carry each query's scale
   * keys    [length, dim] codes with a scale per key
   * scores  [rows, length]  I = scale_k · Σ_j w_j ReLU(q_j · k), the dots exact integers
   * </pre>
   */
  void indexScores(IndexQueries tile, CodePages keys, Rows scores);

  /**
   * Keeps the highest scores of each row: exactly min(topK, count) of them, ties to the lowest
   * index, -0.0 equal to +0.0.
   *
   * <pre>
   * scores   [rows, >= firstCount + rows - 1]  row i has firstCount + i candidates
   * indices  [rows, topK]  ascending, then -1 to the end of the row
   * </pre>
   *
   * @throws NotANumberException if a candidate's score is NaN
   */
  void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices);

  /** Scoring and selecting in one call, where that is how this backend does it best. */
  default Optional<FusedSelection> fusedSelection() {
    return Optional.empty();
  }

  /**
   * Absorbed attention with an online softmax over blocks of {@link #SOFTMAX_BLOCK} list entries.
   *
   * <pre>
   * out  [rows, heads * latent]  Σ_s p_s c_s; 0 for a row without a valid index
   * lse  [rows, heads]           natural log-sum-exp of the scaled scores; +inf for such a row
   * </pre>
   *
   * @throws DeviceException if a device computes it and fails
   */
  DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse);

  /**
   * Expanded causal attention with an online softmax over cache pages: the dense twin; or, given a
   * mask, attention over the mask's tokens in the same form.
   *
   * <pre>
   * out  [rows, heads * value]  no negative zero, so a mask of all that a row sees changes no bit
   * lse  [rows, heads]  natural log-sum-exp of the scaled scores
   * </pre>
   */
  void denseAttention(ExpandedAttention call, Rows out, Rows lse);

  /**
   * Attention probabilities of absorbed attention, summed over heads.
   *
   * <pre>
   * lse      [rows, heads]   as {@link #sparseAttention} gave it for the same keys or for more
   * weights  [rows, perRow]  Σ_h exp(score_h - lse_h), h ascending; 0 for unused slots
   * </pre>
   */
  void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights);

  /**
   * Performs fused multiply-adds in registers, as many at once as this backend's hardware takes on
   * one thread. Whoever times it knows the limit of every kernel.
   *
   * @return FLOPs performed, two per multiply-add; 0 if the backend has no such probe
   */
  default long fmaProbe() {
    return 0;
  }

  /** Frees what is on a device. No other thread may still call. */
  @Override
  default void close() {}
}
