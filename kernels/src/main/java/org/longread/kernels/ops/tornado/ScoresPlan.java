package org.longread.kernels.ops.tornado;

import java.util.List;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.tornado.DevicePlan.Stage;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Token selection from scores that the host has, a row at a time: what checks of the selection
 * kernel, and comparisons with dense attention, ask for. Used by one thread at a time.
 */
final class ScoresPlan implements ShapedPlan {
  private final int tokens;
  private final int topK;
  private final Stage stage;
  private final DevicePlan plan;
  private final FloatArray scores;
  private final IntArray indices;
  private final IntArray nans = new IntArray(1);
  private final IntArray sizes = new IntArray(IndexKernels.SIZES);

  ScoresPlan(DeviceTarget target, int tokens, int topK) {
    this.tokens = tokens;
    this.topK = topK;
    List<Stage> stages = DevicePlan.stages(List.of("Scores"));
    stage = stages.get(0);
    scores = new FloatArray(tokens);
    IntArray bits = new IntArray(tokens);
    indices = new IntArray(topK);
    stage.grid("bits", SelectionKernels.MOST_THREADS);
    stage.grid("select", SelectionKernels.MOST_THREADS);
    stage
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, scores, sizes)
        .task("bits", SelectionKernels::lrRawBits, DevicePlan.context(), scores, bits, sizes)
        .task(
            "select", SelectionKernels::lrSelect, DevicePlan.context(), bits, indices, nans, sizes)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, indices, nans);
    plan = new DevicePlan(target, stages);
  }

  boolean holds(int tokensAsked, int topKAsked) {
    return tokens >= tokensAsked && topK >= topKAsked;
  }

  /** Selects for one row. */
  void select(Rows given, int row, int count, int kept, int[] chosen) {
    Transfers.in(given.data(), given.at(row), scores, 0, count);
    sizes.set(IndexKernels.ROWS, 1);
    sizes.set(IndexKernels.FIRST_POSITION, count - 1);
    sizes.set(IndexKernels.STRIDE, tokens);
    sizes.set(IndexKernels.TOP_K, kept);
    stage.groups("bits", Math.min(64, (count + 1023) / 1024));
    stage.groups("select", 1);
    plan.run(stage);
    if (nans.get(0) >= 0) {
      throw new NotANumberException(row, nans.get(0));
    }
    Transfers.out(indices, 0, chosen, row * kept, kept);
  }

  /** Bytes that such a plan takes on the device. */
  static long bytes(int tokens, int topK) {
    return 8L * tokens + 4L * topK;
  }

  @Override
  public long bytes() {
    return bytes(tokens, topK);
  }

  @Override
  public DevicePlan plan() {
    return plan;
  }
}
