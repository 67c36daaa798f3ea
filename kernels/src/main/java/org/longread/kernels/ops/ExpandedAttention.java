package org.longread.kernels.ops;

import java.util.List;
import java.util.Optional;

/**
 * Expanded (MHA form) causal attention of query rows at consecutive positions, over the whole cache
 * or over the tokens of a mask.
 *
 * <pre>
 * queries  [rows, heads * (nope + rope)]  float32  per head: unrotated, then rotated part
 * cache    [length, latent + rope]        float32  ROWS layout; row i sees 0 .. firstPosition + i
 * keyUp    per head [latent, nope]                 W_UK transposed: outputs are latent columns
 * valueUp  per head [value, latent]                W_UV
 * mask     [rows, tokens]                          at least one token per row, none it cannot see
 * </pre>
 *
 * <p>Tokens outside the mask may be read, so they must be finite; they do not show in the result.
 */
public record ExpandedAttention(
    AttentionShape shape,
    Rows queries,
    int rows,
    int firstPosition,
    TokenPages cache,
    Up up,
    Optional<TokenMask> mask) {
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
    if (mask.isPresent() && mask.get().rows() != rows) {
      throw new IllegalArgumentException(
          "Invalid mask: "
              + mask.get().rows()
              + " rows (expected "
              + rows
              + ": one per query row)");
    }
  }

  /** Over everything a row sees. */
  public ExpandedAttention(
      AttentionShape shape, Rows queries, int rows, int firstPosition, TokenPages cache, Up up) {
    this(shape, queries, rows, firstPosition, cache, up, Optional.empty());
  }

  /** The same rows over the tokens of a mask alone. */
  public ExpandedAttention over(TokenMask tokens) {
    return new ExpandedAttention(
        shape, queries, rows, firstPosition, cache, up, Optional.of(tokens));
  }

  /** Whether row {@code i} attends to token {@code s}. */
  boolean attends(int i, int s) {
    return mask.isEmpty()
        ? s <= firstPosition + i
        : (mask.get().word(i, s / TokenPages.PAGE) >>> s % TokenPages.PAGE & 1) == 1;
  }
}
