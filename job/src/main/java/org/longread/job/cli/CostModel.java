package org.longread.job.cli;

import org.longread.kernels.checkpoint.ModelConfig;

/**
 * FLOPs by shape, two per multiply-add: what reading costs before anything is read. Formulas: cost
 * model of DeepSeek-V3.2-Exp, with the dimensions of a configuration.
 */
record CostModel(ModelConfig config) {
  /** Elements that share an FP8 scale. */
  private static final double SCALED = 128;

  /** Queries and latents down and up, and the output, of all layers, per token. */
  long projections() {
    ModelConfig.Attention a = config.attention();
    long hidden = config.hiddenSize();
    long heads = a.heads();
    long keyValueUp = a.kvLoraRank() * heads * (a.qkNope() + a.value());
    long perLayer =
        a.queryWeights(config.hiddenSize())
            + hidden * (a.kvLoraRank() + a.qkRope())
            + keyValueUp
            + heads * a.value() * hidden;
    return 2 * perLayer * config.layers();
  }

  /** Index query, key and head weights of all layers, per token. */
  long indexProjections() {
    ModelConfig.Indexer i = config.indexer();
    long queryUp = (long) config.attention().qLoraRank() * i.heads() * i.dim();
    long keyAndWeights = (long) config.hiddenSize() * (i.dim() + i.heads());
    return 2 * (queryUp + keyAndWeights) * config.indexLayers();
  }

  /** Dense MLPs, routers and the experts in use, of all layers, per token. */
  long experts() {
    ModelConfig.FeedForward f = config.feedForward();
    long hidden = config.hiddenSize();
    long dense = 3 * hidden * f.intermediate();
    long active = (long) f.expertsPerToken() + f.sharedExperts();
    long mixture = 3 * hidden * f.expertIntermediate() * active + hidden * f.routedExperts();
    int denseLayers = config.denseLayers();
    return 2 * (dense * denseLayers + mixture * (config.layers() - denseLayers));
  }

  /** The output head, per position that is asked. */
  long head() {
    return 2L * config.hiddenSize() * config.vocabSize();
  }

  /** Scores of one query over {@code keys} keys, all layers: products, and what follows them. */
  double indexer(double keys) {
    return indexProducts(keys) + indexSums(keys);
  }

  /** Products of index queries and keys, which published tables count alone. */
  double indexProducts(double keys) {
    ModelConfig.Indexer i = config.indexer();
    return keys * i.heads() * 2 * i.dim() * config.indexLayers();
  }

  /** ReLU, weight and sum of each head's product. */
  double indexSums(double keys) {
    return keys * config.indexer().heads() * 3 * config.indexLayers();
  }

  /** Absorbed attention of one query over {@code keys} keys, all layers. */
  double absorbed(double keys) {
    ModelConfig.Attention a = config.attention();
    return keys * 2 * a.heads() * (2.0 * a.kvLoraRank() + a.qkRope()) * config.layers();
  }

  /** Expanded attention of one query over {@code keys} keys, all layers. */
  double expanded(double keys) {
    ModelConfig.Attention a = config.attention();
    return keys * 2 * a.heads() * (a.qkNope() + a.qkRope() + (double) a.value()) * config.layers();
  }

  /** Scores and selected attention of the token at position {@code length}. */
  double sparseAt(double length) {
    int topK = config.indexer().topK();
    return length <= topK ? denseAt(length) : indexer(length) + absorbed(topK);
  }

  /** Attention to every earlier token, in its cheaper form, of the token at that position. */
  double denseAt(double length) {
    return Math.min(absorbed(length), expanded(length));
  }

  /** Scores and selected attention of all tokens of a document. */
  double sparseSum(long length) {
    long covered = Math.min(config.indexer().topK(), length);
    double scored = pairs(length) - pairs(covered);
    double kept = (double) (length - covered) * config.indexer().topK();
    return denseSum(covered) + indexer(scored) + absorbed(kept);
  }

  /** Attention to every earlier token, of all tokens of a document. */
  double denseSum(long length) {
    return denseAt(1) * pairs(length);
  }

  /** What every token costs wherever it stands; the indexer's part is sparse attention's own. */
  long perToken() {
    return projections() + experts();
  }

  /** What every token costs with an indexer and a head. */
  double perTokenWithHead() {
    return (double) perToken() + indexProjections() + head();
  }

  /** What a document costs, read sparse. */
  double sparseDocument(long length) {
    return ((double) perToken() + indexProjections()) * length + sparseSum(length);
  }

  /** What a document costs, read dense. */
  double denseDocument(long length) {
    return (double) perToken() * length + denseSum(length);
  }

  /**
   * Bytes of caches that one decoded token reads at a length, as published engines keep them.
   *
   * @param denseBf16 latents in bfloat16, all of them
   * @param denseFp8 latents in FP8 with scales, all of them
   * @param index index keys in FP8 with a scale, all of them
   * @param kept latents in FP8 of the tokens selected
   */
  record CacheReads(double denseBf16, double denseFp8, double index, double kept) {
    double sparse() {
      return index + kept;
    }
  }

  /** What one decoded token reads of published caches. */
  CacheReads cacheReads(double length) {
    ModelConfig.Attention a = config.attention();
    double bf16 = Short.BYTES * ((double) a.kvLoraRank() + a.qkRope());
    double scales = Math.ceil(a.kvLoraRank() / SCALED) * Float.BYTES;
    double fp8 = a.kvLoraRank() + scales + Short.BYTES * (double) a.qkRope();
    double key = config.indexer().dim() + Math.ceil(config.indexer().dim() / SCALED) * Float.BYTES;
    double tokens = length * config.layers();
    double kept = Math.min(length, config.indexer().topK()) * config.layers();
    return new CacheReads(tokens * bf16, tokens * fp8, tokens * key, kept * fp8);
  }

  private static double pairs(long length) {
    return length * (length + 1.0) / 2;
  }
}
