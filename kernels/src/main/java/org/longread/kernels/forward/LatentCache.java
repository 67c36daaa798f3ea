package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.TokenPages;

/**
 * What one sequence remembers: per layer the latent and rope key, and the index key, of every
 * token.
 *
 * <pre>
 * latents    [length, C + dr]  float32, ROWS: latent after its norm, then rope key after RoPE
 * indexKeys  [length, dI]      float32, LANES: after LayerNorm and RoPE
 * indexCodes [length, dI]      int8 and a scale each, in place of indexKeys: after rotation too
 * </pre>
 *
 * <p>Layers without an indexer of their own have no index keys.
 *
 * <p>Owned by one sequence and touched by one thread at a time; a fork shares full pages.
 */
public final class LatentCache {
  private final List<TokenPages> latents;
  private final List<TokenPages> indexKeys;
  private final List<CodePages> indexCodes;

  private LatentCache(
      List<TokenPages> latents, List<TokenPages> indexKeys, List<CodePages> indexCodes) {
    this.latents = latents;
    this.indexKeys = indexKeys;
    this.indexCodes = indexCodes;
  }

  /** An empty cache for every layer of a model. */
  public static LatentCache of(ModelConfig config, IndexPrecision precision) {
    List<TokenPages> latents = new ArrayList<>();
    List<TokenPages> indexKeys = new ArrayList<>();
    List<CodePages> indexCodes = new ArrayList<>();
    int width = config.attentionShape().cached();
    int dim = config.indexer().dim();
    for (int n = 0; n < config.layers(); n++) {
      latents.add(new TokenPages(width, TokenPages.Layout.ROWS));
      if (!config.hasIndexer()) {
        continue;
      }
      if (precision == IndexPrecision.F32) {
        indexKeys.add(new TokenPages(dim, TokenPages.Layout.LANES));
      } else {
        indexCodes.add(new CodePages(dim));
      }
    }
    return new LatentCache(latents, indexKeys, indexCodes);
  }

  /** Bytes that {@code tokens} tokens take at most, whole pages counted. */
  public static long plannedBytes(ModelConfig config, IndexPrecision precision, long tokens) {
    long pages = (tokens + TokenPages.PAGE - 1) / TokenPages.PAGE;
    long indexBytes = precision.tokenBytes(config.indexer().dim()) * config.indexLayers();
    long latentBytes = 4L * config.attentionShape().cached() * config.layers();
    return pages * TokenPages.PAGE * (latentBytes + indexBytes);
  }

  TokenPages latents(int layer) {
    return latents.get(layer);
  }

  TokenPages indexKeys(int layer) {
    return indexKeys.get(layer);
  }

  CodePages indexCodes(int layer) {
    return indexCodes.get(layer);
  }

  /** Appends one token to a layer: latent and rope key, [C + dr], and float32 index key, [dI]. */
  public void append(int layer, float[] latent, float[] indexKey) {
    latents.get(layer).append(latent, 0);
    indexKeys.get(layer).append(indexKey, 0);
  }

  /** Bytes of all pages, shared ones included. */
  public long bytes() {
    return latents.stream().mapToLong(TokenPages::bytes).sum()
        + indexKeys.stream().mapToLong(TokenPages::bytes).sum()
        + indexCodes.stream().mapToLong(CodePages::bytes).sum();
  }

  /** An independent continuation that shares full pages. */
  public LatentCache fork() {
    return new LatentCache(
        new ArrayList<>(latents.stream().map(TokenPages::fork).toList()),
        new ArrayList<>(indexKeys.stream().map(TokenPages::fork).toList()),
        new ArrayList<>(indexCodes.stream().map(CodePages::fork).toList()));
  }
}
