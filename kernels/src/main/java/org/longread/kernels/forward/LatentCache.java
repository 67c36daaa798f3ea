package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.TokenPages;

/**
 * What one sequence remembers: per layer the latent and rope key, and the index key, of every
 * token.
 *
 * <pre>
 * latents    [length, C + dr]  float32, ROWS: latent after its norm, then rope key after RoPE
 * indexKeys  [length, dI]      float32, LANES: after LayerNorm and RoPE
 * </pre>
 *
 * <p>Owned by one sequence and touched by one thread at a time; a fork shares full pages.
 */
public final class LatentCache {
  private final List<TokenPages> latents;
  private final List<TokenPages> indexKeys;

  private LatentCache(List<TokenPages> latents, List<TokenPages> indexKeys) {
    this.latents = latents;
    this.indexKeys = indexKeys;
  }

  /** An empty cache for every layer of a model. */
  public static LatentCache of(ModelConfig config) {
    List<TokenPages> latents = new ArrayList<>();
    List<TokenPages> indexKeys = new ArrayList<>();
    int width = config.attentionShape().cached();
    for (int n = 0; n < config.layers(); n++) {
      latents.add(new TokenPages(width, TokenPages.Layout.ROWS));
      indexKeys.add(new TokenPages(config.indexer().dim(), TokenPages.Layout.LANES));
    }
    return new LatentCache(latents, indexKeys);
  }

  /** Bytes that {@code tokens} tokens take at most, whole pages counted. */
  public static long plannedBytes(ModelConfig config, long tokens) {
    long pages = (tokens + TokenPages.PAGE - 1) / TokenPages.PAGE;
    long width = (long) config.attentionShape().cached() + config.indexer().dim();
    return pages * TokenPages.PAGE * width * Float.BYTES * config.layers();
  }

  TokenPages latents(int layer) {
    return latents.get(layer);
  }

  TokenPages indexKeys(int layer) {
    return indexKeys.get(layer);
  }

  /** Bytes of all pages, shared ones included. */
  public long bytes() {
    long bytes = 0;
    for (int n = 0; n < latents.size(); n++) {
      bytes += latents.get(n).bytes() + indexKeys.get(n).bytes();
    }
    return bytes;
  }

  /** An independent continuation that shares full pages. */
  public LatentCache fork() {
    return new LatentCache(
        new ArrayList<>(latents.stream().map(TokenPages::fork).toList()),
        new ArrayList<>(indexKeys.stream().map(TokenPages::fork).toList()));
  }
}
