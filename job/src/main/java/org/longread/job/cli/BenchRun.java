package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.longread.job.Units;
import org.longread.job.bench.BenchEnvironment;
import org.longread.job.bench.BenchPoint;
import org.longread.job.bench.BenchStore;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.bench.BenchPreset;
import org.longread.kernels.bench.DecodeBench;
import org.longread.kernels.bench.LayerBench;
import org.longread.kernels.bench.PositionCost.Phase;

/** Measures what a store lacks, saying how far it is. */
final class BenchRun {
  /** Most CPU time before a preset's first measurement. */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** The part of the heap that a measurement may plan for. */
  private static final double USABLE = 0.9;

  private final BenchBackend backend;
  private final BenchEnvironment environment;
  private final BenchStore store;
  private final int rounds;
  private final PrintWriter progress;

  BenchRun(
      BenchBackend backend,
      BenchEnvironment environment,
      BenchStore store,
      int rounds,
      PrintWriter progress) {
    this.backend = backend;
    this.environment = environment;
    this.store = store;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Measures every preset at every position that fits the memory and is not in the store yet. */
  void measure(List<BenchPreset> presets, List<Integer> positions) {
    for (BenchPreset preset : presets) {
      List<Integer> missing = missing(preset, fitting(preset, positions));
      if (!missing.isEmpty()) {
        measure(preset, missing);
      }
    }
  }

  /**
   * Measures batched decoding at a position, and questions on a document of a length, if they are
   * not in the store yet.
   */
  void measureDecoding(List<BenchPreset> presets, int position, int documentTokens) {
    for (BenchPreset preset : presets) {
      boolean steps = isMissing(preset, Phase.STEP, position);
      boolean answers = isMissing(preset, Phase.ANSWERS, documentTokens);
      if (!steps && !answers) {
        say("%s: decoding kept", preset.name());
        continue;
      }
      say("%s decoding: making weights and warming up", preset.name());
      DecodeBench bench = backend.decode(preset);
      bench.warmUp(WARM_UP_NANOS);
      if (steps) {
        String what = preset.name() + " decoding at " + Lengths.show(position);
        keep(preset, what, () -> bench.steps(position, rounds));
      }
      if (answers) {
        String what = preset.name() + " questions on " + Lengths.show(documentTokens);
        keep(preset, what, () -> bench.questions(documentTokens, rounds));
      }
    }
  }

  private boolean isMissing(BenchPreset preset, Phase phase, int position) {
    return store.find(environment, preset.name(), phase, position, rounds).isEmpty();
  }

  private void keep(BenchPreset preset, String what, Supplier<LayerBench.Measurement> measure) {
    progress.printf("%s ... ", what);
    progress.flush();
    long start = System.nanoTime();
    store.add(new BenchPoint(environment, preset.name(), rounds, measure.get()));
    say("%s", Units.seconds((System.nanoTime() - start) / 1e9));
  }

  private List<Integer> fitting(BenchPreset preset, List<Integer> positions) {
    long usable = (long) (USABLE * Runtime.getRuntime().maxMemory());
    List<Integer> fitting = new ArrayList<>();
    for (int position : positions) {
      long planned = LayerBench.plannedBytes(preset, position);
      if (planned <= usable) {
        fitting.add(position);
      } else {
        progress.printf(
            "%s at %s skipped: it takes %s of %s usable heap; LONGREAD_JAVA_OPTS=-Xmx gives more%n",
            preset.name(), Lengths.show(position), Units.bytes(planned), Units.bytes(usable));
      }
    }
    return fitting;
  }

  private List<Integer> missing(BenchPreset preset, List<Integer> positions) {
    List<Integer> missing = new ArrayList<>();
    for (int position : positions) {
      if (store.find(environment, preset.name(), position, rounds).isEmpty()) {
        missing.add(position);
      }
    }
    int kept = positions.size() - missing.size();
    if (kept > 0) {
      progress.printf("%s: %d of %d lengths kept%n", preset.name(), kept, positions.size());
      progress.flush();
    }
    return missing;
  }

  private void measure(BenchPreset preset, List<Integer> positions) {
    say("%s: making weights (%s)", preset.name(), Units.bytes(preset.weightBytes()));
    LayerBench bench = backend.layer(preset);
    say("%s: warming up", preset.name());
    bench.warmUp(WARM_UP_NANOS);
    for (int i = 0; i < positions.size(); i++) {
      int position = positions.get(i);
      progress.printf("%s at %s ... ", preset.name(), Lengths.show(position));
      progress.flush();
      long start = System.nanoTime();
      LayerBench.Measurement measured = bench.measure(position, rounds);
      store.add(new BenchPoint(environment, preset.name(), rounds, measured));
      String took = Units.seconds((System.nanoTime() - start) / 1e9);
      say("%s (%d of %d)", took, i + 1, positions.size());
    }
  }

  private void say(String format, Object... values) {
    progress.println(String.format(java.util.Locale.ROOT, format, values));
    progress.flush();
  }
}
