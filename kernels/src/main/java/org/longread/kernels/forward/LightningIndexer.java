package org.longread.kernels.forward;

import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.Hadamard;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.Int8Codes;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/** Index keys and index queries (dsa-spec section 4.2). */
final class LightningIndexer {
  /** A constant of the architecture, not the configuration's rms_norm_eps. */
  private static final float KEY_NORM_EPS = 1e-6f;

  private final int layer;
  private final ModelWeights.Indexer weights;
  private final ModelConfig.Indexer config;

  LightningIndexer(int layer, ModelWeights.Indexer weights, ModelConfig.Indexer config) {
    this.layer = layer;
    this.weights = weights;
    this.config = config;
  }

  /**
   * Index queries of batch rows {@code firstRow} on.
   *
   * @param heads [rows, HI dI] after RoPE
   * @param headWeights [rows, HI] with both factors
   */
  record Queries(int firstRow, float[] heads, float[] headWeights) {}

  /** Index keys of x [t, D], [t, dI] after LayerNorm and RoPE. */
  void keys(Pass pass, Rows x, Rows keys) {
    long start = System.nanoTime();
    int t = pass.size();
    pass.ops().matmul(t, x, weights.key(), keys);
    Normalization.layer(t, keys, weights.keyNorm(), weights.keyNormBias(), KEY_NORM_EPS);
    pass.precision().toBf16(keys, t, config.dim());
    for (int i = 0; i < t; i++) {
      rotate(pass, i, keys.data(), keys.at(i));
    }
    pass.precision().toBf16(keys, t, config.dim());
    pass.precision().toIndexCodes(keys, t, config.dim());
    pass.show(layer, "idx_k", keys, config.dim());
    pass.book(Stage.INDEXER, start, Flops.matmul(weights.key()));
  }

  /** Appends a segment's index keys to its cache, in its precision; rounds them in place. */
  void append(Batch.Segment segment, Rows keys) {
    Sequence sequence = segment.sequence();
    if (sequence.policy().precision() == IndexPrecision.F32) {
      sequence.cache().indexKeys(layer).appendAll(keys, segment.count());
      return;
    }
    CodePages codes = sequence.cache().indexCodes(layer);
    for (int i = 0; i < segment.count(); i++) {
      Hadamard.rotate(keys.data(), keys.at(i), config.dim());
      float scale = Int8Codes.quantize(keys.data(), keys.at(i), config.dim());
      codes.append(keys.data(), keys.at(i), scale);
    }
  }

  /** Index queries of the rows from {@code firstRow} on; residual [t, q_lora], x [t, D]. */
  Queries queries(Pass pass, int firstRow, Rows residual, Rows x) {
    long start = System.nanoTime();
    int rows = pass.size() - firstRow;
    int width = config.heads() * config.dim();
    float[] heads = new float[rows * width];
    pass.ops().matmul(rows, residual.from(firstRow), weights.queryUp(), Rows.of(heads, width));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < config.heads(); j++) {
        rotate(pass, firstRow + i, heads, i * width + j * config.dim());
      }
    }
    Rows each = Rows.of(heads, config.dim());
    pass.precision().toBf16(each, rows * config.heads(), config.dim());
    pass.precision().toIndexCodes(each, rows * config.heads(), config.dim());
    float[] headWeights = new float[rows * config.heads()];
    Rows weightRows = Rows.of(headWeights, config.heads());
    pass.ops().matmul(rows, x.from(firstRow), weights.headWeights(), weightRows);
    float factor = (float) (1 / Math.sqrt((double) config.heads() * config.dim()));
    for (int i = 0; i < headWeights.length; i++) {
      headWeights[i] *= factor;
    }
    if (pass.trace().isActive()) {
      String prefix = "layers." + layer;
      pass.trace().rows(prefix + ".idx_q", firstRow, rows, width, Rows.of(heads, width));
      pass.trace().rows(prefix + ".idx_w", firstRow, rows, config.heads(), weightRows);
    }
    long flopsPerRow = Flops.matmul(weights.queryUp()) + Flops.matmul(weights.headWeights());
    bookSelecting(pass, System.nanoTime() - start, flopsPerRow);
    return new Queries(firstRow, heads, headWeights);
  }

  /** Books to the rows that select: queries of others, between them in a step, are for nothing. */
  private static void bookSelecting(Pass pass, long elapsedNanos, long flopsPerRow) {
    List<Batch.Segment> segments = pass.batch().segments();
    long all = segments.stream().mapToLong(LightningIndexer::rowsThatSelect).sum();
    for (Batch.Segment segment : segments) {
      long rows = rowsThatSelect(segment);
      long nanos = elapsedNanos * rows / Math.max(1, all);
      segment.sequence().counters().add(Stage.INDEXER, nanos, flopsPerRow * rows);
    }
  }

  private static long rowsThatSelect(Batch.Segment segment) {
    long end = (long) segment.firstPosition() + segment.count();
    return Math.max(0, Math.min(segment.count(), end - segment.sequence().policy().topK()));
  }

  /** Rounds a segment's queries to codes; their scales go into the head weights. */
  void quantize(Queries queries, int row, int rows) {
    for (int i = (row - queries.firstRow()) * config.heads(), n = rows * config.heads();
        n > 0;
        n--) {
      Hadamard.rotate(queries.heads(), i * config.dim(), config.dim());
      queries.headWeights()[i] *=
          Int8Codes.quantize(queries.heads(), i * config.dim(), config.dim());
      i++;
    }
  }

  private void rotate(Pass pass, int row, float[] x, int at) {
    if (config.interleavedRope()) {
      pass.rope().interleaved(row, x, at);
    } else {
      pass.rope().halfSplit(row, x, at);
    }
  }

  /** A tile of {@code rows} queries from batch row {@code row} on. */
  IndexQueries tile(Queries queries, int row, int rows, int firstPosition) {
    int own = row - queries.firstRow();
    int width = config.heads() * config.dim();
    return new IndexQueries(
        Rows.of(queries.heads(), width).from(own),
        Rows.of(queries.headWeights(), config.heads()).from(own),
        rows,
        config.heads(),
        config.dim(),
        firstPosition);
  }
}
