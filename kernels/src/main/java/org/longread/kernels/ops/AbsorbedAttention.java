package org.longread.kernels.ops;

/**
 * Absorbed (MQA form) attention of some query rows over chosen cache rows.
 *
 * <pre>
 * queries  [rows, heads * (latent + rope)]  float32  per head: W_UK^T q_nope, then the rotated part
 * cache    [length, latent + rope]          float32  ROWS layout: latent, then rope key
 * indices  [rows, perRow]                   int32    cache rows in order; -1 marks an unused slot
 * </pre>
 */
public record AbsorbedAttention(
    AttentionShape shape, Rows queries, int rows, TokenPages cache, int[] indices, int perRow) {
  public AbsorbedAttention {
    if (indices.length < (long) rows * perRow) {
      throw new IllegalArgumentException(
          "Invalid indices length: "
              + indices.length
              + " (expected "
              + rows
              + " * "
              + perRow
              + ")");
    }
    if (cache.width() != shape.cached() || cache.layout() != TokenPages.Layout.ROWS) {
      throw new IllegalArgumentException(
          "Invalid cache: width "
              + cache.width()
              + ", "
              + cache.layout()
              + " (expected width "
              + shape.cached()
              + ", ROWS)");
    }
  }
}
