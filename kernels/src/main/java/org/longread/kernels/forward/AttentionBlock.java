package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;
import org.longread.kernels.ops.TokenMask;

/** The attention half of a layer: projections, indexer, selection, core attention, output. */
final class AttentionBlock {
  /** Rows whose selections exist at once. */
  private static final int TILE = 64;

  private final int layer;
  private final ModelConfig config;
  private final ModelWeights.Attention weights;
  private final MlaProjections projections;
  private final Optional<LightningIndexer> indexer;
  private final Optional<TokenSelection> selection;
  private final SparseMlaAttention attention;

  AttentionBlock(int layer, ModelWeights.Layer weights, ModelConfig config) {
    this.layer = layer;
    this.config = config;
    this.weights = weights.attention();
    this.projections = new MlaProjections(layer, weights.attention(), config);
    this.indexer = weights.indexer().map(own -> new LightningIndexer(layer, own, config.indexer()));
    this.selection = indexer.map(own -> new TokenSelection(layer, own, config.indexer()));
    this.attention = new SparseMlaAttention(layer, weights.attention(), config);
  }

  /**
   * What x [t, D] adds to the caches.
   *
   * @param latents receives [t, C + dr]
   * @param indexKeys receives [t, dI], if a sequence indexes in this layer
   */
  void cacheRows(Pass pass, Rows x, Rows latents, Rows indexKeys) {
    projections.latents(pass, x, latents);
    if (someIndex(pass.batch())) {
      indexer.orElseThrow().keys(pass, x, indexKeys);
    }
  }

  /** Appends what {@link #cacheRows} gave to the caches of the batch's sequences. */
  void append(Batch batch, Rows latents, Rows indexKeys) {
    for (Batch.Segment segment : batch.segments()) {
      LatentCache cache = segment.sequence().cache();
      cache.latents(layer).appendAll(latents.from(segment.firstRow()), segment.count());
      if (indexes(segment.sequence())) {
        indexer.orElseThrow().append(segment, indexKeys.from(segment.firstRow()));
      }
    }
  }

  /** Attention of normalised inputs x [t, D], whose rows are cached, into out [t, D]. */
  void attend(Pass pass, Rows x, Rows out) {
    int t = pass.size();
    int heads = config.attention().heads();
    int width = heads * config.attention().value();
    MlaProjections.Queries queries = projections.queries(pass, x);
    Optional<LightningIndexer.Queries> indexQueries = indexQueries(pass, queries.residual(), x);

    Rows mixed = Rows.of(new float[t * width], width);
    Rows lse = Rows.of(new float[t * heads], heads);
    SparseMlaAttention.Output target = new SparseMlaAttention.Output(mixed, lse);
    if (pass.batch().phase() == Batch.Phase.STEP) {
      attention.attendStep(pass, queries.heads(), chosenByStep(pass, indexQueries), target);
    } else {
      attendPrefill(pass, queries.heads(), indexQueries, target);
    }
    pass.show(layer, "lse", lse, heads);
    pass.show(layer, "attn_heads", mixed, width);

    long start = System.nanoTime();
    pass.ops().matmul(t, mixed, weights.output(), out);
    pass.book(Stage.PROJECTIONS, start, Flops.matmul(weights.output()));
  }

  /** What each row of a step attends to. */
  private List<SparseMlaAttention.Chosen> chosenByStep(
      Pass pass, Optional<LightningIndexer.Queries> indexQueries) {
    List<SparseMlaAttention.Chosen> chosen = new ArrayList<>();
    for (Batch.Segment segment : pass.batch().segments()) {
      int all = segment.rowsThatSeeAll();
      showSelectionOfAll(pass, segment, indexQueries, all);
      int topK = segment.sequence().policy().topK();
      chosen.add(
          all > 0
              ? SparseMlaAttention.Chosen.all(segment.firstPosition() + 1)
              : new SparseMlaAttention.Chosen(
                  select(pass, segment, indexQueries, segment.firstRow(), 1), topK));
    }
    return chosen;
  }

  private void attendPrefill(
      Pass pass,
      Rows queries,
      Optional<LightningIndexer.Queries> indexQueries,
      SparseMlaAttention.Output target) {
    for (Batch.Segment segment : pass.batch().segments()) {
      int all = segment.rowsThatSeeAll();
      showSelectionOfAll(pass, segment, indexQueries, all);
      int masked = rowsUnderMask(pass, segment, all);
      if (masked > 0) {
        TokenMask mask = mask(pass, segment, indexQueries, all, masked);
        attention.attendMasked(pass, queries, segment, mask, target);
      } else if (all > 0) {
        attention.attendAll(pass, queries, segment, target);
      }
      for (int done = all + masked; done < segment.count(); done += TILE) {
        int row = segment.firstRow() + done;
        int rows = Math.min(TILE, segment.count() - done);
        int[] chosen = select(pass, segment, indexQueries, row, rows);
        int topK = segment.sequence().policy().topK();
        attention.attendSelected(
            pass, queries, segment, row, new SparseMlaAttention.Chosen(chosen, topK), target);
      }
    }
  }

  private boolean someIndex(Batch batch) {
    return batch.segments().stream().anyMatch(s -> indexes(s.sequence()));
  }

  /** Whether a sequence has index keys in this layer, and selects by them. */
  private boolean indexes(Sequence sequence) {
    return sequence.policy().indexes(layer) && indexer.isPresent();
  }

  /** Whether the layer after this one takes this one's selection, or the one this took. */
  private boolean handsOn(Sequence sequence) {
    int next = layer + 1;
    return next < config.layers() && !(sequence.policy().indexes(next) && config.indexes(next));
  }

  /** Index queries from the first row that selects, if one does. */
  private Optional<LightningIndexer.Queries> indexQueries(Pass pass, Rows residual, Rows x) {
    int firstRow = pass.size();
    for (Batch.Segment segment : pass.batch().segments()) {
      boolean indexes = indexes(segment.sequence());
      int all = pass.trace().isActive() && indexes ? 0 : segment.rowsThatSeeAll();
      if (indexes && all < segment.count()) {
        firstRow = Math.min(firstRow, segment.firstRow() + all);
      }
    }
    return firstRow == pass.size()
        ? Optional.empty()
        : Optional.of(indexer.orElseThrow().queries(pass, firstRow, residual, x));
  }

  /** Rows after the first {@code all} that attend expanded, each to its selection. */
  private int rowsUnderMask(Pass pass, Batch.Segment segment, int all) {
    if (pass.rounds()) {
      return segment.count() - all;
    }
    int gatherFrom = segment.sequence().policy().gatherFrom(config.attentionShape());
    return Math.max(0, Math.min(segment.count(), gatherFrom - segment.firstPosition()) - all);
  }

  /** What the first {@code all} rows of a segment see, and the next {@code rows} select. */
  private TokenMask mask(
      Pass pass,
      Batch.Segment segment,
      Optional<LightningIndexer.Queries> queries,
      int all,
      int rows) {
    int topK = segment.sequence().policy().topK();
    TokenMask mask = new TokenMask(all + rows, segment.firstPosition() + all + rows);
    for (int i = 0; i < all; i++) {
      mask.addFirst(i, segment.firstPosition() + i + 1);
    }
    for (int done = all; done < all + rows; done += TILE) {
      int count = Math.min(TILE, all + rows - done);
      int[] chosen = select(pass, segment, queries, segment.firstRow() + done, count);
      for (int i = 0; i < count; i++) {
        mask.add(done + i, chosen, i * topK, topK);
      }
    }
    return mask;
  }

  /** Selections [rows, topK] of rows from {@code row} on: this layer's own, or an earlier one's. */
  private int[] select(
      Pass pass,
      Batch.Segment segment,
      Optional<LightningIndexer.Queries> queries,
      int row,
      int rows) {
    Sequence.Policy policy = segment.sequence().policy();
    if (!indexes(segment.sequence())) {
      return pass.selections().get(row, rows, policy.topK());
    }
    int[] chosen = selection.orElseThrow().select(pass, segment, queries.orElseThrow(), row, rows);
    Sequence sequence = segment.sequence();
    sequence.watch().look(layer, segment.position(row), policy.topK(), chosen);
    if (handsOn(sequence)) {
      pass.selections().put(row, rows, policy.topK(), chosen);
    }
    return chosen;
  }

  /** A trace sees scores and selections of rows that need none. */
  private void showSelectionOfAll(
      Pass pass, Batch.Segment segment, Optional<LightningIndexer.Queries> queries, int rows) {
    if (pass.trace().isActive() && rows > 0 && queries.isPresent()) {
      selection.orElseThrow().select(pass, segment, queries.get(), segment.firstRow(), rows);
    }
  }
}
