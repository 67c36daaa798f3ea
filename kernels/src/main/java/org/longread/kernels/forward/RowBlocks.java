package org.longread.kernels.forward;

import java.util.function.IntConsumer;

/**
 * A batch cut into blocks of rows that any worker may compute. Blocks are small enough for a core's
 * cache, except where every row sees every earlier token: such rows share the expansion of keys.
 *
 * @param workers who computes
 * @param rows rows per block
 */
record RowBlocks(Workers workers, int rows) {
  /** Rows of a block where nothing is shared between rows but weights. */
  private static final int CACHE_ROWS = 64;

  /** About a tenth of a millisecond: waking a thread costs a fraction of that. */
  private static final long WORTH_SHARING_FLOPS = 4_000_000;

  /** One block: a pass of its own, and the batch row it starts at. */
  @FunctionalInterface
  interface Body {
    void accept(Pass slice, int firstRow);
  }

  /** Blocks for a batch; one if it is watched. */
  static RowBlocks of(Workers workers, Batch batch, ForwardTrace trace) {
    if (trace.isActive()) {
      return new RowBlocks(workers, batch.size());
    }
    boolean dense = seesAll(batch.segments().get(0));
    int share = (batch.size() + workers.threads() - 1) / workers.threads();
    return new RowBlocks(workers, dense ? share : Math.min(CACHE_ROWS, share));
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
