package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.longread.kernels.forward.StageCounters;
import org.longread.kernels.ops.Stage;

/**
 * Rounds of one measurement.
 *
 * <p>The total is CPU time. Stages are timed by the wall clock inside the forward pass, so their
 * shares come from the rounds that were least interrupted, and are shares of those rounds' wall
 * time.
 */
final class Samples {
  private final List<Sample> samples = new ArrayList<>();

  /**
   * One round.
   *
   * @param tokens tokens of the round
   * @param cpuNanos of the thread
   * @param wallNanos from start to end
   * @param counters by stage
   */
  record Sample(int tokens, double cpuNanos, double wallNanos, StageCounters counters) {
    double cpuPerToken() {
      return cpuNanos / tokens;
    }

    /** 1 if nothing came between. */
    double steadiness() {
      return cpuNanos / wallNanos;
    }
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  /** CPU nanoseconds per token. */
  double nanosPerToken() {
    return median(samples, Sample::cpuPerToken);
  }

  Map<Stage, Double> stageNanos() {
    List<Sample> steady = new ArrayList<>(samples);
    steady.sort(Comparator.comparingDouble(Sample::steadiness).reversed());
    List<Sample> best = steady.subList(0, (steady.size() + 1) / 2);
    double total = nanosPerToken();
    Map<Stage, Double> nanos = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      double share = median(best, s -> s.counters().nanos(stage) / s.wallNanos());
      nanos.put(stage, share * total);
    }
    return nanos;
  }

  Map<Stage, Double> stageFlops() {
    Sample any = samples.get(0);
    Map<Stage, Double> flops = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      flops.put(stage, any.counters().flops(stage) / (double) any.tokens());
    }
    return flops;
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return CostCurve.median(samples.stream().mapToDouble(value).toArray());
  }
}
