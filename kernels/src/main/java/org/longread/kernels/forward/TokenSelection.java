package org.longread.kernels.forward;

import java.util.Optional;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.FusedSelection;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * Fine-grained token selection: the top k index scores of each query (dsa-spec section 4.3). Scores
 * exist for {@link #TILE} queries at a time and are never kept; a backend that selects where it
 * scores never shows them at all.
 */
final class TokenSelection {
  /** Queries scored at once. */
  static final int TILE = 16;

  private final int layer;
  private final LightningIndexer indexer;
  private final ModelConfig.Indexer config;

  TokenSelection(int layer, LightningIndexer indexer, ModelConfig.Indexer config) {
    this.layer = layer;
    this.indexer = indexer;
    this.config = config;
  }

  /**
   * Selects for {@code rows} rows of a segment from batch row {@code firstRow} on.
   *
   * @return indices [rows, topK], ascending, then -1
   */
  int[] select(
      Pass pass, Batch.Segment segment, LightningIndexer.Queries queries, int firstRow, int rows) {
    Sequence sequence = segment.sequence();
    if (sequence.policy().precision() == IndexPrecision.INT8) {
      indexer.quantize(queries, firstRow, rows);
    }
    int topK = sequence.policy().topK();
    int[] indices = new int[rows * topK];
    Optional<FusedSelection> fused = pass.ops().fusedSelection();
    if (fused.isPresent() && !pass.trace().isActive()) {
      IndexQueries all = indexer.tile(queries, firstRow, rows, segment.position(firstRow));
      selectFused(fused.get(), sequence, all, indices);
      return indices;
    }
    int lastVisible = segment.position(firstRow) + rows;
    float[] scores = new float[Math.min(rows, TILE) * lastVisible];
    for (int done = 0; done < rows; done += TILE) {
      int n = Math.min(TILE, rows - done);
      int position = segment.position(firstRow + done);
      IndexQueries tile = indexer.tile(queries, firstRow + done, n, position);
      int[] tileIndices = selectTile(pass, sequence, tile, Rows.of(scores, lastVisible));
      System.arraycopy(tileIndices, 0, indices, done * topK, n * topK);
      showScores(pass, firstRow + done, n, position, Rows.of(scores, lastVisible));
    }
    if (pass.trace().isActive()) {
      pass.trace().indices("topk_indices." + layer, firstRow, rows, topK, indices);
    }
    return indices;
  }

  /** Scores and selects in one; the time of both is the indexer's. */
  private void selectFused(
      FusedSelection fused, Sequence sequence, IndexQueries tile, int[] indices) {
    int topK = sequence.policy().topK();
    long start = System.nanoTime();
    DeviceWork work;
    try {
      work =
          sequence.policy().precision() == IndexPrecision.INT8
              ? fused.select(tile, sequence.cache().indexCodes(layer), topK, indices)
              : fused.select(tile, sequence.cache().indexKeys(layer), topK, indices);
    } catch (NotANumberException e) {
      throw NotANumberException.at(layer, tile.firstPosition() + e.row(), e.key());
    }
    long pairs = pairs(tile);
    long nanos = System.nanoTime() - start;
    StageCounters counters = sequence.counters();
    counters.add(work);
    counters.add(Stage.INDEXER, nanos, pairs * Flops.indexPair(config));
    counters.add(Stage.SELECTION, 0, pairs);
    counters.addKeys(pairs, 0);
  }

  private static long pairs(IndexQueries tile) {
    long pairs = 0;
    for (int i = 0; i < tile.rows(); i++) {
      pairs += tile.visible(i);
    }
    return pairs;
  }

  private int[] selectTile(Pass pass, Sequence sequence, IndexQueries tile, Rows scores) {
    int topK = sequence.policy().topK();
    int[] indices = new int[tile.rows() * topK];
    long start = System.nanoTime();
    if (sequence.policy().precision() == IndexPrecision.INT8) {
      pass.ops().indexScores(tile, sequence.cache().indexCodes(layer), scores);
    } else {
      pass.ops().indexScores(tile, sequence.cache().indexKeys(layer), scores);
    }
    long scored = System.nanoTime();
    try {
      pass.ops().selectTopK(scores, tile.rows(), tile.visible(0), topK, indices);
    } catch (NotANumberException e) {
      throw NotANumberException.at(layer, tile.firstPosition() + e.row(), e.key());
    }
    long pairs = pairs(tile);
    StageCounters counters = sequence.counters();
    counters.add(Stage.INDEXER, scored - start, pairs * Flops.indexPair(config));
    counters.add(Stage.SELECTION, System.nanoTime() - scored, pairs);
    counters.addKeys(pairs, 0);
    return indices;
  }

  /** Shows scores with -inf beyond what a row sees. */
  private void showScores(Pass pass, int firstRow, int rows, int position, Rows scores) {
    if (!pass.trace().isActive()) {
      return;
    }
    for (int i = 0; i < rows; i++) {
      for (int s = position + i + 1; s < scores.stride(); s++) {
        scores.data()[scores.at(i) + s] = Float.NEGATIVE_INFINITY;
      }
    }
    pass.trace().rows("index_scores." + layer, firstRow, rows, scores.stride(), scores);
  }
}
