package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.longread.kernels.forward.StageCounters;
import org.longread.kernels.ops.Stage;

/**
 * Repetitions of one measurement.
 *
 * <p>The total is the median of CPU time. Stages are timed by the wall clock inside the forward
 * pass, where another program's turn counts as a stage's own; so each stage's least time over the
 * repetitions is taken, and the total is divided in proportion to those.
 */
final class Samples {
  private final List<Sample> samples = new ArrayList<>();

  /**
   * One repetition.
   *
   * @param tokens tokens computed
   * @param cpuNanos of the thread
   * @param wallNanos from start to end
   * @param counters by stage
   */
  record Sample(int tokens, double cpuNanos, double wallNanos, StageCounters counters) {
    /** This and what followed, as a sample of so many tokens. */
    Sample with(Sample next, int count) {
      StageCounters both = new StageCounters();
      both.add(counters);
      both.add(next.counters);
      return new Sample(count, cpuNanos + next.cpuNanos, wallNanos + next.wallNanos, both);
    }

    double cpuPerToken() {
      return cpuNanos / tokens;
    }

    /** Wall time that belongs to no stage. */
    double others() {
      double booked = 0;
      for (Stage stage : Stage.values()) {
        booked += counters.nanos(stage);
      }
      return Math.max(0, wallNanos - booked);
    }
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  /** CPU nanoseconds per token. */
  double nanosPerToken() {
    return CostCurve.median(samples.stream().mapToDouble(Sample::cpuPerToken).toArray());
  }

  /** Nanoseconds per token of each stage; with those of none they add up to the total. */
  Map<Stage, Double> stageNanos() {
    Map<Stage, Double> nanos = new EnumMap<>(Stage.class);
    double sum = samples.stream().mapToDouble(Sample::others).min().orElse(0);
    for (Stage stage : Stage.values()) {
      double least = samples.stream().mapToDouble(s -> s.counters().nanos(stage)).min().orElse(0);
      nanos.put(stage, least);
      sum += least;
    }
    double scale = nanosPerToken() / sum;
    nanos.replaceAll((stage, least) -> least * scale);
    return nanos;
  }

  /** FLOPs per token of each stage. */
  Map<Stage, Double> stageFlops() {
    Sample any = samples.get(0);
    Map<Stage, Double> flops = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      flops.put(stage, any.counters().flops(stage) / (double) any.tokens());
    }
    return flops;
  }
}
