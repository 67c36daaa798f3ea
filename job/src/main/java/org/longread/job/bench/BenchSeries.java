package org.longread.job.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.CostCurve;
import org.longread.kernels.bench.LayerBench.Measurement;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;

/**
 * The measurements of one preset and what follows from them.
 *
 * @param preset the shape
 * @param measurements by ascending position
 */
public record BenchSeries(BenchPreset preset, List<Measurement> measurements) {
  public BenchSeries {
    measurements = List.copyOf(measurements);
  }

  /** The positions measured. */
  public double[] positions() {
    return measurements.stream().mapToDouble(Measurement::position).toArray();
  }

  /** The last position measured. */
  public int longest() {
    return measurements.get(measurements.size() - 1).position();
  }

  /** Whether a phase was measured in a mode. */
  public boolean has(Phase phase, Mode mode) {
    return measurements.stream().allMatch(m -> m.costs().stream().anyMatch(is(phase, mode)));
  }

  /** The cost of a phase and mode at a measured position. */
  public PositionCost cost(Measurement measurement, Phase phase, Mode mode) {
    return measurement.costs().stream().filter(is(phase, mode)).findFirst().orElseThrow();
  }

  private static java.util.function.Predicate<PositionCost> is(Phase phase, Mode mode) {
    return cost -> cost.phase() == phase && cost.mode() == mode;
  }

  /** A value of a phase and mode by position. */
  public CostCurve curve(Phase phase, Mode mode, ToDoubleFunction<PositionCost> value) {
    double[] costs =
        measurements.stream().mapToDouble(m -> value.applyAsDouble(cost(m, phase, mode))).toArray();
    return new CostCurve(positions(), costs);
  }

  /** A value of the dense twin, at each position in the form that is cheaper there. */
  public CostCurve dense(Phase phase, ToDoubleFunction<PositionCost> value) {
    return Stream.of(Mode.values())
        .filter(mode -> mode.isDense() && has(phase, mode))
        .map(mode -> curve(phase, mode, value))
        .reduce(CostCurve::cheaper)
        .orElseThrow();
  }

  /** A value of sparse attention. */
  public CostCurve sparse(Phase phase, ToDoubleFunction<PositionCost> value) {
    return curve(phase, Mode.SPARSE, value);
  }

  /**
   * The position from which index, selection and selected attention stay cheaper than attention to
   * everything; empty if they are not at the longest; 0 if they always are.
   */
  public OptionalDouble crossover(Phase phase) {
    return sparse(phase, PositionCost::attentionNanos)
        .staysBelow(dense(phase, PositionCost::attentionNanos));
  }

  /** Nanoseconds of reading a whole document with sparse attention, from the costs by position. */
  public double sparseDocument(int length) {
    return sparse(Phase.PREFILL, PositionCost::nanosPerToken).document(length);
  }

  /** The same with the dense twin. */
  public double denseDocument(int length) {
    return dense(Phase.PREFILL, PositionCost::nanosPerToken).document(length);
  }

  /** The multiply-add rate of one thread in GFLOP/s, the median over positions; 0 if unknown. */
  public double peakGflops() {
    double[] peaks = measurements.stream().mapToDouble(Measurement::peakGflops).sorted().toArray();
    return peaks[peaks.length / 2];
  }
}
