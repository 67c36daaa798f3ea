package org.longread.kernels.ops;

import java.util.List;

/**
 * Expanded (MHA form) causal attention of query rows at consecutive positions over the whole cache.
 *
 * <pre>
 * queries  [rows, heads * (nope + rope)]  float32  per head: unrotated, then rotated part
 * cache    [length, latent + rope]        float32  ROWS layout; row i sees 0 .. firstPosition + i
 * keyUp    per head [latent, nope]                 W_UK transposed: outputs are latent columns
 * valueUp  per head [value, latent]                W_UV
 * </pre>
 */
public record ExpandedAttention(
    AttentionShape shape, Rows queries, int rows, int firstPosition, TokenPages cache, Up up) {
  /** The up-projections of every head. */
  public record Up(List<WeightMatrix> keyUp, List<WeightMatrix> valueUp) {
    public Up {
      keyUp = List.copyOf(keyUp);
      valueUp = List.copyOf(valueUp);
    }
  }

  public ExpandedAttention {
    if (firstPosition + rows > cache.length()) {
      throw new IllegalArgumentException(
          "Invalid rows: positions "
              + firstPosition
              + " to "
              + (firstPosition + rows - 1)
              + " (expected below the cache length "
              + cache.length()
              + ")");
    }
  }
}
