package org.longread.kernels;

import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.forward.WorkspacePlan;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.TokenPages;

/**
 * What an engine takes, known before a weight is read: all of it heap but {@link #FIXED_BYTES}.
 *
 * @param config the model's
 * @param weightBytes of the weights as packed
 * @param chunkTokens tokens prefilled at once
 * @param threads threads that compute at once
 */
public record MemoryPlan(ModelConfig config, long weightBytes, int chunkTokens, int threads) {
  /** Of a JVM without model and documents: classes, compiled code, stacks, garbage. */
  public static final long FIXED_BYTES = 300_000_000;

  /**
   * Bytes of one cached token, all layers.
   *
   * @param latent of the latents
   * @param rope of the rope keys
   * @param index of the index keys, or of their codes and scales
   */
  public record TokenBytes(long latent, long rope, long index) {
    /** All kinds. */
    public long total() {
      return latent + rope + index;
    }
  }

  /** The plan of a checkpoint that is not loaded. */
  public static MemoryPlan of(CheckpointInventory inventory, int chunkTokens, int threads) {
    return new MemoryPlan(inventory.config(), inventory.packedBytes(), chunkTokens, threads);
  }

  /** What one more token of a document takes. */
  public TokenBytes tokenBytes(IndexPrecision precision) {
    long layers = config.layers();
    ModelConfig.Attention attention = config.attention();
    return new TokenBytes(
        layers * Float.BYTES * attention.kvLoraRank(),
        layers * Float.BYTES * attention.qkRope(),
        config.indexLayers() * precision.tokenBytes(config.indexer().dim()));
  }

  /** The same with weights placed elsewhere. */
  public MemoryPlan with(WeightPlacement placement) {
    return new MemoryPlan(config, placement.bytes(), chunkTokens, threads);
  }

  /** The caches of a sequence of so many tokens, at most: whole pages. */
  public long cacheBytes(long tokens, IndexPrecision precision) {
    return LatentCache.plannedBytes(config, precision, tokens);
  }

  /**
   * What a fork takes at most beside its origin when it reads {@code tokens} more: those and a copy
   * of the origin's last page.
   */
  public long forkBytes(long tokens, IndexPrecision precision) {
    return cacheBytes(TokenPages.PAGE - 1 + tokens, precision);
  }

  /** Activations of every thread reading documents of up to {@code tokens} tokens, at most. */
  public long workBytes(long tokens) {
    return WorkspacePlan.bytes(config, chunkTokens, threads, tokens);
  }

  /** Heap that reading one document takes, weights included. */
  public long heapBytes(long tokens, IndexPrecision precision) {
    return weightBytes + cacheBytes(tokens, precision) + workBytes(tokens);
  }

  /** The longest document that fits into a heap of so many bytes; 0 if none does. */
  public long longestDocument(long heapBytes, IndexPrecision precision) {
    long fits = 0;
    long beyond = Math.max(1, heapBytes / tokenBytes(precision).total()) + 1;
    while (beyond - fits > 1) {
      long middle = (fits + beyond) / 2;
      if (heapBytes(middle, precision) <= heapBytes) {
        fits = middle;
      } else {
        beyond = middle;
      }
    }
    return fits;
  }

  /** Bytes a process should peak at, at most, with caches of so many bytes. */
  public long peakBytes(long cacheBytes) {
    return weightBytes + cacheBytes + FIXED_BYTES;
  }
}
