package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.LatentCache;
import org.longread.kernels.forward.Sequence;
import org.longread.kernels.forward.StageCounters;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Stage;

/**
 * Measures the forward pass of a shape at given positions.
 *
 * <p>A cache is filled with random latents and index keys up to a position, and the next tokens are
 * run through the real layers, sparse and dense in turn, several rounds. One thread: its CPU time
 * is what counts. The cache belongs to the bench and is extended from position to position, so go
 * upwards.
 */
public final class LayerBench {
  /** Tokens of a sparse prefill measurement. */
  private static final int SPARSE_ROWS = 64;

  /** Tokens of a dense one; more, because they share the expansion of every key. */
  private static final int DENSE_ROWS = 512;

  private final ModelConfig config;
  private final TransformerModel model;
  private final SplittableRandom random = new SplittableRandom(7);
  private LatentCache cache;
  private int filled;

  /** A bench of a shape on a backend. */
  public LayerBench(BenchPreset preset, KernelOps ops) {
    this.config = preset.config();
    this.model =
        new TransformerModel(
            config, RandomWeights.of(config, preset.precision(), 11), ops, new Workers(1));
    this.cache = LatentCache.of(config, IndexPrecision.F32);
  }

  /** Bytes that a cache of {@code position} tokens and its measurements take. */
  public long plannedBytes(int position) {
    return LatentCache.plannedBytes(config, IndexPrecision.F32, position + 2L * DENSE_ROWS);
  }

  /**
   * Costs at a position: sparse and dense, prefill and decode.
   *
   * @param rounds measurements of each, interleaved; the median counts
   */
  public List<PositionCost> measure(int position, int rounds) {
    fill(position);
    Map<Case, List<PositionCost>> samples = new EnumMap<>(Case.class);
    for (int round = 0; round <= rounds; round++) {
      for (Case one : Case.values()) {
        PositionCost cost = run(one, position);
        if (round > 0) {
          samples.computeIfAbsent(one, c -> new ArrayList<>()).add(cost);
        }
      }
    }
    return samples.values().stream().map(LayerBench::median).toList();
  }

  private enum Case {
    SPARSE_PREFILL,
    DENSE_PREFILL,
    SPARSE_DECODE,
    DENSE_DECODE;

    AttentionMode mode() {
      return this == SPARSE_PREFILL || this == SPARSE_DECODE
          ? AttentionMode.SPARSE
          : AttentionMode.DENSE;
    }

    int rows() {
      return switch (this) {
        case SPARSE_PREFILL -> SPARSE_ROWS;
        case DENSE_PREFILL -> DENSE_ROWS;
        case SPARSE_DECODE, DENSE_DECODE -> 1;
      };
    }
  }

  private static PositionCost median(List<PositionCost> costs) {
    List<PositionCost> sorted = new ArrayList<>(costs);
    sorted.sort(Comparator.comparingDouble(PositionCost::nanosPerToken));
    return sorted.get(sorted.size() / 2);
  }

  private void fill(int position) {
    if (position < filled) {
      cache = LatentCache.of(config, IndexPrecision.F32);
      filled = 0;
    }
    int width = config.attentionShape().cached();
    float[] latent = new float[width];
    float[] key = new float[config.indexer().dim()];
    for (; filled < position; filled++) {
      for (int n = 0; n < config.layers(); n++) {
        cache.append(n, randomize(latent), randomize(key));
      }
    }
  }

  private float[] randomize(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() + random.nextDouble() - 1) * 2.4f;
    }
    return values;
  }

  private PositionCost run(Case one, int position) {
    int topK = one.mode() == AttentionMode.DENSE ? Integer.MAX_VALUE : config.indexer().topK();
    Sequence sequence =
        Sequence.resume(new Sequence.Policy(topK, 0, IndexPrecision.F32), cache.fork(), position);
    int[] tokens = random.ints(one.rows(), 0, config.vocabSize()).toArray();
    boolean decode = one.rows() == 1;
    Batch batch = decode ? Batch.step(List.of(sequence), tokens) : Batch.prefill(sequence, tokens);
    long start = CpuClock.nanos();
    model.forward(batch, ForwardTrace.NONE);
    double nanos = CpuClock.nanos() - start;
    return cost(one, position, nanos, sequence.counters());
  }

  private static PositionCost cost(Case one, int position, double nanos, StageCounters counters) {
    Map<Stage, Double> stageNanos = new EnumMap<>(Stage.class);
    Map<Stage, Double> stageFlops = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      stageNanos.put(stage, counters.nanos(stage) / (double) one.rows());
      stageFlops.put(stage, counters.flops(stage) / (double) one.rows());
    }
    return new PositionCost(
        one.rows() == 1 ? PositionCost.Phase.DECODE : PositionCost.Phase.PREFILL,
        one.mode(),
        position,
        one.rows(),
        nanos / one.rows(),
        stageNanos,
        stageFlops);
  }
}
