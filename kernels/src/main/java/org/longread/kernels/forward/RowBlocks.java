package org.longread.kernels.forward;

import java.util.function.IntConsumer;

/**
 * A batch cut into blocks of rows that any worker may compute. A narrow model's blocks are small
 * enough for a core's cache, which holds its weights too. A wide model's weights come from memory
 * for every block, so its blocks are larger; and where every row sees every earlier token they are
 * as large as can be, because such rows share the expansion of keys.
 *
 * @param workers who computes
 * @param rows rows per block
 */
record RowBlocks(Workers workers, int rows) {
  /** Hidden sizes up to which a layer's projections stay in a core's cache. */
  private static final int NARROW = 512;

  private static final int NARROW_ROWS = 64;
  private static final int WIDE_ROWS = 256;

  /** About a tenth of a millisecond: waking a thread costs a fraction of that. */
  private static final long WORTH_SHARING_FLOPS = 4_000_000;

  /** One block: a pass of its own, and the batch row it starts at. */
  @FunctionalInterface
  interface Body {
    void accept(Pass slice, int firstRow);
  }

  /** Blocks for a batch of a model's rows; one if it is watched. */
  static RowBlocks of(Workers workers, Batch batch, int hiddenSize, ForwardTrace trace) {
    if (trace.isActive()) {
      return new RowBlocks(workers, batch.size());
    }
    int threads = batch.phase() == Batch.Phase.STEP ? workers.available() : workers.threads();
    int share = (batch.size() + threads - 1) / threads;
    if (seesAll(batch.segments().get(0))) {
      return new RowBlocks(workers, share);
    }
    return new RowBlocks(workers, Math.min(hiddenSize <= NARROW ? NARROW_ROWS : WIDE_ROWS, share));
  }

  private static boolean seesAll(Batch.Segment segment) {
    long end = (long) segment.firstPosition() + segment.count();
    return end <= segment.sequence().policy().topK();
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
    int count = (pass.size() + rows - 1) / rows;
    workers.run(
        count,
        b -> {
          int from = b * rows;
          int to = Math.min(pass.size(), from + rows);
          body.accept(count == 1 ? pass : pass.slice(from, to), from);
        });
  }
}
