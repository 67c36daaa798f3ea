package org.longread.kernels.forward;

import java.util.Optional;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/** The attention half of a layer: projections, indexer, selection, core attention, output. */
final class AttentionBlock {
  /** Rows whose selections exist at once. */
  private static final int TILE = 64;

  private final int layer;
  private final ModelConfig config;
  private final ModelWeights.Attention weights;
  private final MlaProjections projections;
  private final LightningIndexer indexer;
  private final TokenSelection selection;
  private final SparseMlaAttention attention;

  AttentionBlock(int layer, ModelWeights.Layer weights, ModelConfig config) {
    this.layer = layer;
    this.config = config;
    this.weights = weights.attention();
    this.projections = new MlaProjections(layer, weights.attention(), config);
    this.indexer = new LightningIndexer(layer, weights.indexer(), config.indexer());
    this.selection = new TokenSelection(layer, indexer, config.indexer());
    this.attention = new SparseMlaAttention(layer, weights.attention(), config);
  }

  /** Attention of normalised inputs x [t, D] into out [t, D]. */
  void attend(Pass pass, Rows x, Rows out) {
    int t = pass.size();
    int heads = config.attention().heads();
    int width = heads * config.attention().value();
    MlaProjections.Queries queries = projections.project(pass, x);
    Optional<LightningIndexer.Queries> indexQueries = index(pass, queries, x);

    float[] mixed = new float[t * width];
    float[] lse = new float[t * heads];
    Rows queryRows = Rows.of(queries.heads(), heads * config.attentionShape().query());
    SparseMlaAttention.Output target =
        new SparseMlaAttention.Output(Rows.of(mixed, width), Rows.of(lse, heads));
    for (Batch.Segment segment : pass.batch().segments()) {
      int all = rowsThatSeeAll(segment);
      showSelectionOfAll(pass, segment, indexQueries, all);
      if (all > 0) {
        attention.attendAll(pass, queryRows, segment, segment.firstRow(), all, target);
      }
      for (int done = all; done < segment.count(); done += TILE) {
        int row = segment.firstRow() + done;
        int rows = Math.min(TILE, segment.count() - done);
        int[] chosen = selection.select(pass, segment, indexQueries.orElseThrow(), row, rows);
        int topK = segment.sequence().policy().topK();
        attention.attendSelected(
            pass, queryRows, segment, row, new SparseMlaAttention.Chosen(chosen, topK), target);
      }
    }
    pass.show(layer, "lse", heads, lse);
    pass.show(layer, "attn_heads", width, mixed);

    long start = System.nanoTime();
    pass.ops().matmul(t, Rows.of(mixed, width), weights.output(), out);
    pass.book(Stage.PROJECTIONS, start, Flops.matmul(weights.output()));
  }

  /** Index keys for sequences that select, and index queries from the first row that needs them. */
  private Optional<LightningIndexer.Queries> index(
      Pass pass, MlaProjections.Queries queries, Rows x) {
    boolean allDense = true;
    int firstRow = pass.size();
    for (Batch.Segment segment : pass.batch().segments()) {
      allDense &= segment.sequence().policy().isDense();
      int all = pass.trace().isActive() ? 0 : rowsThatSeeAll(segment);
      if (all < segment.count()) {
        firstRow = Math.min(firstRow, segment.firstRow() + all);
      }
    }
    if (allDense) {
      return Optional.empty();
    }
    indexer.appendKeys(pass, x);
    if (firstRow == pass.size()) {
      return Optional.empty();
    }
    Rows residual = Rows.of(queries.residual(), config.attention().qLoraRank());
    return Optional.of(indexer.queries(pass, firstRow, residual, x));
  }

  /** Leading rows of a segment for which the selection would be everything. */
  private static int rowsThatSeeAll(Batch.Segment segment) {
    long visible = (long) segment.sequence().policy().topK() - segment.firstPosition();
    return (int) Math.max(0, Math.min(segment.count(), visible));
  }

  /** A trace sees scores and selections of rows that need none. */
  private void showSelectionOfAll(
      Pass pass, Batch.Segment segment, Optional<LightningIndexer.Queries> queries, int rows) {
    if (pass.trace().isActive() && rows > 0 && queries.isPresent()) {
      selection.select(pass, segment, queries.get(), segment.firstRow(), rows);
    }
  }
}
