package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * A batch, or some of its rows, on the way through the layers: what every stage needs to know.
 *
 * @param config the model's
 * @param ops the backend
 * @param batch the rows
 * @param rope cosines and sines, one row per batch row
 * @param selections what layers that share a selection hand on
 * @param trace who watches
 */
record Pass(
    ModelConfig config,
    KernelOps ops,
    Batch batch,
    RotaryEmbedding.Table rope,
    SharedSelections selections,
    ForwardTrace trace) {

  /** Rows of the batch. */
  int size() {
    return batch.size();
  }

  /** What is rounded between operations. */
  ComputePrecision precision() {
    return ops.computePrecision();
  }

  /** Whether anything is. */
  boolean rounds() {
    return precision() != ComputePrecision.F32;
  }

  /** Rows from .. to - 1 as a pass of their own. */
  Pass slice(int from, int to) {
    return new Pass(
        config, ops, batch.slice(from, to), rope.from(from), selections.from(from), trace);
  }

  /** Books time since {@code startNanos} and work, divided over sequences by their rows. */
  void book(Stage stage, long startNanos, long flopsPerRow) {
    long elapsed = System.nanoTime() - startNanos;
    for (Batch.Segment segment : batch.segments()) {
      segment
          .sequence()
          .counters()
          .add(stage, elapsed * segment.count() / size(), flopsPerRow * segment.count());
    }
  }

  /** Shows values of all rows to the trace. */
  void show(int layer, String name, Rows values, int width) {
    if (trace.isActive()) {
      trace.rows("layers." + layer + "." + name, 0, size(), width, values);
    }
  }
}
