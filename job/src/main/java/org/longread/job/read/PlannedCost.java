package org.longread.job.read;

import java.io.Serializable;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.checkpoint.ModelConfig;

/**
 * What reading a document is expected to cost, in floating-point operations. Only proportions
 * matter: partitions are balanced by it.
 *
 * <pre>
 *   cost(t) = fixed * t                          projections, experts
 *           + indexPair * t² / 2                 lightning indexer, once t exceeds top-k
 *           + attentionPair * sum of min(i, k)   attention, i = 1..t
 * </pre>
 *
 * @param fixed per token, all layers
 * @param indexPair per query-key pair the indexer scores, all layers
 * @param attentionPair per query-key pair attended to, all layers
 * @param topK keys kept per query
 */
public record PlannedCost(double fixed, double indexPair, double attentionPair, long topK)
    implements Serializable {

  /** The cost of a model that attends in a given way; {@code topK} 0 takes the model's own. */
  public static PlannedCost of(ModelConfig model, AttentionMode mode, int topK) {
    ModelConfig.Attention a = model.attention();
    ModelConfig.Indexer index = model.indexer();
    ModelConfig.FeedForward f = model.feedForward();
    double hidden = model.hiddenSize();
    double heads = a.heads();
    double projections =
        a.queryWeights(model.hiddenSize())
            + hidden * (a.kvLoraRank() + a.qkRope())
            + heads * a.kvLoraRank() * (a.qkNope() + a.value())
            + heads * a.value() * hidden;
    double indexing =
        a.qLoraRank() * (double) index.heads() * index.dim()
            + hidden * (index.dim() + index.heads());
    double dense = 3 * hidden * f.intermediate();
    double experts =
        3 * hidden * f.expertIntermediate() * (f.expertsPerToken() + f.sharedExperts())
            + hidden * f.routedExperts();
    int sparseLayers = model.layers() - model.denseLayers();
    boolean sparse = mode != AttentionMode.DENSE && model.hasIndexer();
    long kept = topK == 0 ? index.topK() : topK;
    return new PlannedCost(
        2
            * (model.layers() * projections
                + model.indexLayers() * indexing
                + model.denseLayers() * dense
                + sparseLayers * experts),
        sparse ? 2.0 * model.indexLayers() * index.heads() * (index.dim() + 1) : 0,
        2.0 * model.layers() * heads * (2 * a.kvLoraRank() + a.qkRope()),
        sparse ? kept : Long.MAX_VALUE);
  }

  /** The cost of reading {@code tokens} tokens. */
  public double ofTokens(double tokens) {
    double pairs = tokens * (tokens + 1) / 2;
    double beyond = Math.max(0, tokens - topK);
    double attended = pairs - beyond * (beyond + 1) / 2;
    return fixed * tokens + (beyond > 0 ? indexPair * pairs : 0) + attentionPair * attended;
  }
}
