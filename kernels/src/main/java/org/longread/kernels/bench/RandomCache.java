package org.longread.kernels.bench;

import java.util.SplittableRandom;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.ops.IndexPrecision;

/** Caches of tokens that were never read: what they hold has the size of the real thing. */
final class RandomCache {
  private RandomCache() {}

  /** A cache of {@code tokens} tokens. */
  static LatentCache of(ModelConfig config, SplittableRandom random, int tokens) {
    LatentCache cache = LatentCache.of(config, IndexPrecision.F32);
    append(cache, config, random, tokens);
    return cache;
  }

  /** Appends {@code tokens} tokens to every layer. */
  static void append(LatentCache cache, ModelConfig config, SplittableRandom random, int tokens) {
    float[] latent = new float[config.attentionShape().cached()];
    float[] key = new float[config.indexer().dim()];
    for (int s = 0; s < tokens; s++) {
      for (int n = 0; n < config.layers(); n++) {
        cache.append(n, randomize(latent, random), randomize(key, random));
      }
    }
  }

  private static float[] randomize(float[] values, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() + random.nextDouble() - 1) * 2.4f;
    }
    return values;
  }
}
