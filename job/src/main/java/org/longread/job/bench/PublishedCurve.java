package org.longread.job.bench;

import org.longread.kernels.bench.CostCurve;
import org.longread.kernels.bench.PositionCost.Phase;

/**
 * Cost by position as DeepSeek reported it: US dollars per million tokens of the 671B models served
 * on H800 at 2 dollars an hour (DeepSeek-V3.2-Exp report, figure 3; vertices of its vector data).
 */
public final class PublishedCurve {
  private static final double K = 1024;

  private PublishedCurve() {}

  /** DeepSeek-V3.1-Terminus: dense attention. */
  public static CostCurve dense(Phase phase) {
    return switch (phase) {
      case PREFILL -> curve(new double[] {0, 128}, new double[] {0.0529, 0.6658});
      case DECODE -> curve(new double[] {0, 128}, new double[] {0.0705, 2.1543});
      case STEP, ANSWERS -> throw unpublished(phase);
    };
  }

  /** DeepSeek-V3.2-Exp: sparse attention. */
  public static CostCurve sparse(Phase phase) {
    return switch (phase) {
      case PREFILL -> curve(new double[] {0, 6.59, 128}, new double[] {0.0611, 0.0999, 0.1871});
      case DECODE -> curve(new double[] {0, 2.06, 128}, new double[] {0.0951, 0.1457, 0.2491});
      case STEP, ANSWERS -> throw unpublished(phase);
    };
  }

  private static IllegalArgumentException unpublished(Phase phase) {
    return new IllegalArgumentException(
        "Invalid phase: " + phase + " (expected one of " + Phase.BY_POSITION + ")");
  }

  private static CostCurve curve(double[] thousands, double[] usd) {
    double[] positions = new double[thousands.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = thousands[i] * K;
    }
    return new CostCurve(positions, usd);
  }
}
