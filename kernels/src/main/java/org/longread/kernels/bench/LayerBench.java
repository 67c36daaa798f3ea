package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.longread.kernels.EngineOptions;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.Flops;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.forward.Sequence;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.KernelOps;

/**
 * Measures the forward pass of a shape at given positions.
 *
 * <p>A cache is filled with random latents and index keys up to a position, and the next tokens are
 * run through the real layers, sparse and dense in turn, several rounds. One thread: its CPU time
 * is what counts. The cache belongs to the bench and is extended from position to position, so go
 * upwards.
 */
public final class LayerBench {
  /** Tokens read at once, as the job does by default; dense ones share the expansion of keys. */
  public static final int CHUNK = EngineOptions.DEFAULT_CHUNK_TOKENS;

  /** The position whose chunk begins the document: the first that can be measured. */
  public static final int FIRST_POSITION = CHUNK / 2;

  private static final int WARM_UP_ROWS = 64;
  private static final int WARM_UP_POSITION = 2048;
  private static final int DECODE_STEPS = 9;

  private final ModelConfig config;
  private final TransformerModel model;
  private final AbsorbedTwin absorbedTwin;
  private final FmaPeak peak;
  private final SplittableRandom random = new SplittableRandom(7);
  private LatentCache cache;
  private int filled;

  /** A bench of a shape on a backend. */
  LayerBench(BenchPreset preset, KernelOps ops) {
    this.config = preset.config();
    ModelWeights weights = RandomWeights.of(config, preset.precision(), 11);
    this.model = new TransformerModel(config, weights, ops, new Workers(1));
    this.absorbedTwin =
        new AbsorbedTwin(config.attentionShape(), weights.layers().get(0).attention(), ops);
    this.peak = new FmaPeak(ops);
    this.cache = LatentCache.of(config, IndexPrecision.F32);
  }

  /** Bytes of heap that measuring a preset up to {@code position} takes. */
  public static long plannedBytes(BenchPreset preset, int position) {
    ModelConfig config = preset.config();
    long tokens = position + 2L * CHUNK;
    long caches = LatentCache.plannedBytes(config, IndexPrecision.F32, tokens);
    long twin = tokens * config.attentionShape().cached() * Float.BYTES;
    AttentionShape shape = config.attentionShape();
    long perHead = (long) shape.query() + shape.value() + shape.cached();
    long activations = 3L * CHUNK * shape.heads() * perHead * Float.BYTES;
    return preset.weightBytes() + caches + twin + activations;
  }

  /**
   * What was found at a position.
   *
   * @param peakGflops the multiply-add rate of one thread just before; 0 if unknown
   * @param costs by phase and mode
   */
  public record Measurement(int position, double peakGflops, List<PositionCost> costs) {
    public Measurement {
      costs = List.copyOf(costs);
    }
  }

  /**
   * Runs everything that will be measured until it gets no faster, so that compilation is over.
   *
   * @param limitNanos most CPU time to spend
   */
  public void warmUp(long limitNanos) {
    peak.gflops();
    int position = Math.max(WARM_UP_POSITION, 2 * config.indexer().topK());
    fill(position);
    long end = CpuClock.nanos() + limitNanos;
    for (Case one : Case.values()) {
      WarmUp.run(() -> run(one, cache, position, WARM_UP_ROWS), end);
    }
    absorbedTwin.nanosPerToken(position);
  }

  /**
   * Costs at a position: sparse and dense, prefill and decode.
   *
   * @param position of the middle of a chunk, {@link #FIRST_POSITION} or more
   * @param rounds measurements of each, interleaved; the median counts
   */
  public Measurement measure(int position, int rounds) {
    if (position < FIRST_POSITION) {
      throw new IllegalArgumentException(
          "Invalid position: " + position + " (expected " + FIRST_POSITION + " or more)");
    }
    int start = position - FIRST_POSITION;
    fill(start);
    LatentCache atStart = cache.fork();
    fill(position);
    for (Case one : Case.values()) {
      run(one, atStart, start, WARM_UP_ROWS);
    }
    Map<Case, Samples> samples = new EnumMap<>(Case.class);
    List<Double> absorbed = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      peaks.add(peak.gflops());
      for (Case one : Case.values()) {
        Samples runs = samples.computeIfAbsent(one, c -> new Samples());
        if (one.phase == Phase.PREFILL) {
          runs.add(run(one, atStart, start, CHUNK));
        } else {
          for (int step = 0; step < DECODE_STEPS; step++) {
            runs.add(run(one, cache, position, 1));
          }
        }
      }
      absorbed.add(absorbedTwin.nanosPerToken(position) * config.layers());
    }
    return new Measurement(position, median(peaks), costs(position, samples, median(absorbed)));
  }

  private List<PositionCost> costs(int position, Map<Case, Samples> samples, double absorbedNanos) {
    List<PositionCost> costs = new ArrayList<>();
    samples.forEach(
        (one, runs) -> {
          PositionCost cost = cost(one, position, runs);
          costs.add(cost);
          if (cost.mode() == Mode.DENSE_EXPANDED) {
            double flops = absorbedTwin.flopsPerToken(position) * config.layers();
            costs.add(AbsorbedTwin.cost(cost, absorbedNanos, flops));
          }
        });
    return costs;
  }

  private static double median(List<Double> values) {
    return CostCurve.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private enum Case {
    SPARSE_PREFILL(Phase.PREFILL, false),
    DENSE_PREFILL(Phase.PREFILL, true),
    SPARSE_DECODE(Phase.DECODE, false),
    DENSE_DECODE(Phase.DECODE, true);

    private final Phase phase;
    private final boolean dense;

    Case(Phase phase, boolean dense) {
      this.phase = phase;
      this.dense = dense;
    }
  }

  private Mode mode(Case one) {
    if (!one.dense) {
      return Mode.SPARSE;
    }
    boolean expands = one.phase == Phase.PREFILL;
    return expands && Flops.expandedIsCheaper(config.attentionShape())
        ? Mode.DENSE_EXPANDED
        : Mode.DENSE_ABSORBED;
  }

  private PositionCost cost(Case one, int position, Samples samples) {
    return new PositionCost(
        one.phase,
        mode(one),
        position,
        one.phase == Phase.PREFILL ? CHUNK : 1,
        samples.nanosPerToken(),
        samples.stageNanos(),
        samples.stageFlops());
  }

  private void fill(int position) {
    if (position < filled) {
      cache = LatentCache.of(config, IndexPrecision.F32);
      filled = 0;
    }
    RandomCache.append(cache, config, random, position - filled);
    filled = position;
  }

  /** A chunk of {@code rows} tokens, or a decode step. */
  private Samples.Sample run(Case one, LatentCache prefix, int position, int rows) {
    int topK = one.dense ? Integer.MAX_VALUE : config.indexer().topK();
    Sequence.Policy policy = new Sequence.Policy(topK, 0, IndexPrecision.F32);
    Sequence sequence = Sequence.resume(policy, prefix.fork(), position);
    Batch batch =
        one.phase == Phase.DECODE
            ? Batch.step(List.of(sequence), tokens(1))
            : Batch.prefill(sequence, tokens(rows));
    long wall = System.nanoTime();
    long start = CpuClock.nanos();
    model.forward(batch, ForwardTrace.NONE);
    long nanos = CpuClock.nanos() - start;
    return new Samples.Sample(batch.size(), nanos, System.nanoTime() - wall, sequence.counters());
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, config.vocabSize()).toArray();
  }
}
