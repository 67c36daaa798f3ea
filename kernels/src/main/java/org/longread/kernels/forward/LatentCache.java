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
  private final boolean passing;

  private LatentCache(
      List<TokenPages> latents,
      List<TokenPages> indexKeys,
      List<CodePages> indexCodes,
      boolean passing) {
    this.passing = passing;
    this.latents = latents;
    this.indexKeys = indexKeys;
    this.indexCodes = indexCodes;
  }

  /** An empty cache for every layer of a model. */
  public static LatentCache of(ModelConfig config, IndexPrecision precision) {
    return of(config, precision, config.layers(), false);
  }

  /**
   * An empty cache that remembers one layer of one sequence at a time, for those that are read
   * layer by layer and never continued.
   */
  static LatentCache passing(ModelConfig config, IndexPrecision precision) {
    return of(config, precision, 1, true);
  }

  private static LatentCache of(
      ModelConfig config, IndexPrecision precision, int layers, boolean passing) {
    List<TokenPages> latents = new ArrayList<>();
    List<TokenPages> indexKeys = new ArrayList<>();
    List<CodePages> indexCodes = new ArrayList<>();
    int width = config.attentionShape().cached();
    int dim = config.indexer().dim();
    for (int n = 0; n < layers; n++) {
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
    return new LatentCache(latents, indexKeys, indexCodes, passing);
  }

  /** Whether it remembers one layer only. */
  boolean isPassing() {
    return passing;
  }

  /** Before another layer, or another sequence: forgets what a passing cache holds. */
  void forget(PageUse use) {
    switch (use) {
      case AGAIN -> {
        latents.forEach(TokenPages::clearForReuse);
        indexKeys.forEach(TokenPages::clearForReuse);
        indexCodes.forEach(CodePages::clearForReuse);
      }
      case ONCE -> {
        latents.forEach(TokenPages::clear);
        indexKeys.forEach(TokenPages::clear);
        indexCodes.forEach(CodePages::clearForReuse);
      }
    }
  }

  /** Whether pages may be written again: not where a device keeps copies of them. */
  enum PageUse {
    AGAIN,
    ONCE
  }

  private int place(int layer) {
    return passing ? 0 : layer;
  }

  /** Bytes that {@code tokens} tokens take at most, whole pages counted. */
  public static long plannedBytes(ModelConfig config, IndexPrecision precision, long tokens) {
    long pages = (tokens + TokenPages.PAGE - 1) / TokenPages.PAGE;
    long indexBytes = precision.tokenBytes(config.indexer().dim()) * config.indexLayers();
    long latentBytes = 4L * config.attentionShape().cached() * config.layers();
    return pages * TokenPages.PAGE * (latentBytes + indexBytes);
  }

  TokenPages latents(int layer) {
    return latents.get(place(layer));
  }

  TokenPages indexKeys(int layer) {
    return indexKeys.get(place(layer));
  }

  CodePages indexCodes(int layer) {
    return indexCodes.get(place(layer));
  }

  /** Appends one token to a layer: latent and rope key, [C + dr], and float32 index key, [dI]. */
  public void append(int layer, float[] latent, float[] indexKey) {
    latents(layer).append(latent, 0);
    indexKeys(layer).append(indexKey, 0);
  }

  /** Bytes of all pages, shared ones included. */
  public long bytes() {
    return latents.stream().mapToLong(TokenPages::bytes).sum()
        + indexKeys.stream().mapToLong(TokenPages::bytes).sum()
        + indexCodes.stream().mapToLong(CodePages::bytes).sum();
  }

  /**
   * An independent continuation that shares full pages.
   *
   * @throws IllegalStateException if it does not remember all layers
   */
  public LatentCache fork() {
    if (passing) {
      throw new IllegalStateException("Cannot fork: the sequence was opened to be read once");
    }
    return new LatentCache(
        new ArrayList<>(latents.stream().map(TokenPages::fork).toList()),
        new ArrayList<>(indexKeys.stream().map(TokenPages::fork).toList()),
        new ArrayList<>(indexCodes.stream().map(CodePages::fork).toList()),
        false);
  }
}
