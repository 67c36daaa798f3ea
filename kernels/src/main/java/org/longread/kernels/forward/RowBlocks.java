package org.longread.kernels.forward;

import java.util.function.IntConsumer;
import org.longread.kernels.checkpoint.ModelConfig;

/**
 * A batch cut into blocks of rows that any worker may compute.
 *
 * <p>Rows that attend expanded share the expansion of keys, so their blocks are as large as can be.
 * Of the others, a narrow model's blocks are small enough for a core's cache, which holds its
 * weights too; a wide model's weights come from memory for every block, so its blocks are larger.
 * Results do not depend on the cut.
 */
final class RowBlocks {
  /** Hidden sizes up to which a layer's projections stay in a core's cache. */
  private static final int NARROW = 512;

  private static final int NARROW_ROWS = 64;
  private static final int WIDE_ROWS = 256;

  /** About a tenth of a millisecond: waking a thread costs a fraction of that. */
  private static final long WORTH_SHARING_FLOPS = 4_000_000;

  private final Workers workers;
  private final int large;
  private final int largeRows;
  private final int rows;

  /** Blocks of {@code largeRows} up to row {@code large}, then of {@code rows}. */
  private RowBlocks(Workers workers, int large, int largeRows, int rows) {
    this.workers = workers;
    this.large = large;
    this.largeRows = largeRows;
    this.rows = rows;
  }

  /** One block: a pass of its own, and the batch row it starts at. */
  @FunctionalInterface
  interface Body {
    void accept(Pass slice, int firstRow);
  }

  /** Blocks for a batch of a model's rows; one if it is watched. */
  static RowBlocks of(Workers workers, Batch batch, ModelConfig config, ForwardTrace trace) {
    int t = batch.size();
    if (trace.isActive()) {
      return new RowBlocks(workers, t, t, t);
    }
    int expanded = 0;
    if (batch.phase() == Batch.Phase.PREFILL) {
      Batch.Segment segment = batch.segments().get(0);
      int gatherFrom = segment.sequence().policy().gatherFrom(config.attentionShape());
      expanded = Math.max(0, Math.min(t, gatherFrom - segment.firstPosition()));
    }
    int threads = batch.phase() == Batch.Phase.STEP ? workers.available() : workers.threads();
    int small = config.hiddenSize() <= NARROW ? NARROW_ROWS : WIDE_ROWS;
    return new RowBlocks(
        workers,
        expanded,
        Math.max(1, share(threads, expanded)),
        Math.max(1, Math.min(small, share(threads, t - expanded))));
  }

  private static int share(int threads, int rows) {
    return (rows + threads - 1) / threads;
  }

  /** Runs parts of {@code flops} in all, on this thread alone if they are too few to share. */
  void runIfWorth(int parts, long flops, IntConsumer body) {
    if (flops < WORTH_SHARING_FLOPS) {
      for (int i = 0; i < parts; i++) {
        body.accept(i);
      }
    } else {
      workers.run(parts, body);
    }
  }

  /** Runs a body for every block. */
  void forEach(Pass pass, Body body) {
    int largeBlocks = (large + largeRows - 1) / largeRows;
    int count = largeBlocks + (pass.size() - large + rows - 1) / rows;
    workers.run(
        count,
        b -> {
          boolean isLarge = b < largeBlocks;
          int from = isLarge ? b * largeRows : large + (b - largeBlocks) * rows;
          int to = isLarge ? Math.min(large, from + largeRows) : Math.min(pass.size(), from + rows);
          body.accept(count == 1 ? pass : pass.slice(from, to), from);
        });
  }
}
