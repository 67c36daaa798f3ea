package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.AttentionShape;

/** How many bytes passes take beside weights and caches, at most. */
public final class WorkspacePlan {
  private static final int MOST_BLOCK_ROWS = 256;
  private static final int SELECTION_ROWS = 64;

  private WorkspacePlan() {}

  /**
   * Bytes when every thread reads a document of up to {@code tokens} tokens by itself.
   *
   * @param chunkTokens tokens prefilled at once
   */
  public static long bytes(ModelConfig config, int chunkTokens, int threads, long tokens) {
    long rows = Math.min(chunkTokens, tokens);
    long chunk = rows * chunkRow(config);
    long block = Math.max(dense(config, rows), selecting(config, rows, tokens));
    return (chunk + block) * Float.BYTES * threads;
  }

  /** Floats of a row that live through a whole layer: see {@link Workspace}. */
  private static long chunkRow(ModelConfig config) {
    ModelConfig.FeedForward f = config.feedForward();
    long hidden = 3L * config.hiddenSize();
    long cached = (long) config.attentionShape().cached() + config.indexer().dim();
    long experts = (long) f.expertsPerToken() * (config.hiddenSize() + 3) + f.routedExperts();
    return hidden + cached + config.attention().qkRope() + experts;
  }

  /** Floats of a row within a block of rows: queries, index queries, mixed heads, MLP. */
  private static long blockRow(ModelConfig config) {
    AttentionShape shape = config.attentionShape();
    ModelConfig.Indexer i = config.indexer();
    ModelConfig.FeedForward f = config.feedForward();
    long attention =
        config.attention().qLoraRank()
            + (long) shape.heads() * (shape.query() + shape.value() + 1)
            + (long) i.heads() * (i.dim() + 1);
    long shared = (long) f.sharedExperts() * f.expertIntermediate();
    long mlp = 2 * Math.max(f.intermediate(), Math.max(shared, f.expertIntermediate()));
    return Math.max(attention, mlp);
  }

  /** Rows that see everything: a thread's share of the chunk, at worst all, in one block. */
  private static long dense(ModelConfig config, long rows) {
    return rows * blockRow(config);
  }

  /** A block, of which a part has its scores, selections and absorbed queries at once. */
  private static long selecting(ModelConfig config, long rows, long tokens) {
    AttentionShape shape = config.attentionShape();
    long absorbed = (long) shape.heads() * (shape.cached() + shape.latent());
    return Math.min(rows, MOST_BLOCK_ROWS) * blockRow(config)
        + SELECTION_ROWS * (absorbed + (config.hasIndexer() ? 2L * config.indexer().topK() : 0))
        + TokenSelection.TILE * tokens;
  }
}
