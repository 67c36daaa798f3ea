package org.longread.job.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.longread.kernels.bench.LayerBench.Measurement;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;
import org.longread.kernels.ops.Stage;

/** Measurements made up so that what follows from them is known. */
public final class Points {
  /** Where they were not measured. */
  public static final BenchEnvironment HERE =
      new BenchEnvironment("A <fast> processor", 4, "17 (17.0.1)", "commit abc", "cpu", "any");

  private static final double OTHERS = 100_000;

  private Points() {}

  /**
   * Dense expanded attention takes 10 ns a position, absorbed 15, sparse 20,000 and 1 a position;
   * all else 100,000.
   */
  public static Measurement at(int position) {
    List<PositionCost> costs = new ArrayList<>();
    for (Phase phase : Phase.BY_POSITION) {
      costs.add(cost(phase, Mode.SPARSE, position, 20_000, position));
      costs.add(cost(phase, Mode.DENSE_ABSORBED, position, 15.0 * position, 0));
    }
    costs.add(cost(Phase.PREFILL, Mode.DENSE_EXPANDED, position, 10.0 * position, 0));
    return new Measurement(position, 100, costs);
  }

  private static PositionCost cost(
      Phase phase, Mode mode, int position, double attention, double index) {
    return new PositionCost(
        phase,
        mode,
        position,
        1,
        OTHERS + attention + index,
        Map.of(Stage.ATTENTION, attention, Stage.INDEXER, index, Stage.EXPERTS, OTHERS),
        Map.of(Stage.ATTENTION, 50 * attention, Stage.INDEXER, 50 * index));
  }
}
