package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.longread.kernels.bench.LayerBench.Measurement;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;
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
import org.longread.kernels.ops.Rows;

/**
 * Measures generation with sparse attention, output head included: several sequences in one step,
 * and several questions on one document. One thread: its CPU time is what counts.
 */
public final class DecodeBench {
  /** Sequences that take a step together. */
  public static final List<Integer> BATCHES = List.of(1, 4, 16);

  /** Questions asked on one document. */
  public static final List<Integer> QUESTIONS = List.of(1, 8);

  /** Tokens of a question. */
  public static final int QUESTION_TOKENS = 48;

  /** Tokens of an answer. */
  public static final int ANSWER_TOKENS = 8;

  private static final int STEPS = 5;
  private static final int WARM_UP_POSITION = 1024;

  private final ModelConfig config;
  private final TransformerModel model;
  private final FmaPeak peak;
  private final SplittableRandom random = new SplittableRandom(7);

  /** A bench of a shape on a backend. */
  DecodeBench(BenchPreset preset, KernelOps ops) {
    this.config = preset.config();
    this.model =
        new TransformerModel(
            config, RandomWeights.of(config, preset.precision(), 11), ops, new Workers(1));
    this.peak = new FmaPeak(ops);
  }

  /**
   * Runs steps of every size until they get no faster.
   *
   * @param limitNanos most CPU time to spend
   */
  public void warmUp(long limitNanos) {
    peak.gflops();
    List<LatentCache> caches = caches(WARM_UP_POSITION);
    long end = CpuClock.nanos() + limitNanos;
    for (int batch : BATCHES) {
      WarmUp.run(() -> step(caches.subList(0, batch), WARM_UP_POSITION), end);
    }
    WarmUp.run(() -> read(newSequence(), LayerBench.CHUNK), end);
  }

  /**
   * Costs of a token in a step of {@link #BATCHES} sequences, each with a cache of its own.
   *
   * @param position tokens before it
   * @param rounds measurements of each, interleaved; the median counts
   */
  public Measurement steps(int position, int rounds) {
    List<LatentCache> caches = caches(position);
    Map<Integer, Samples> samples = new TreeMap<>();
    List<Double> peaks = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      peaks.add(peak.gflops());
      for (int batch : BATCHES) {
        Samples runs = samples.computeIfAbsent(batch, b -> new Samples());
        for (int n = 0; n < STEPS; n++) {
          runs.add(step(caches.subList(0, batch), position));
        }
      }
    }
    List<PositionCost> costs = new ArrayList<>();
    samples.forEach((batch, runs) -> costs.add(cost(Phase.STEP, position, batch, runs)));
    return new Measurement(position, median(peaks), costs);
  }

  /**
   * Costs of a document with {@link #QUESTIONS} answered, per token of the document. The document
   * is read once for all measurements.
   *
   * @param tokens of the document
   * @param rounds measurements of the questions; the median counts
   */
  public Measurement questions(int tokens, int rounds) {
    double fma = peak.gflops();
    Sequence document = newSequence();
    Samples.Sample reading = read(document, tokens);
    List<PositionCost> costs = new ArrayList<>();
    for (int questions : QUESTIONS) {
      Samples runs = new Samples();
      for (int round = 0; round < rounds; round++) {
        runs.add(reading.with(answer(document, questions), tokens));
      }
      costs.add(cost(Phase.ANSWERS, tokens, questions, runs));
    }
    return new Measurement(tokens, fma, costs);
  }

  private static double median(List<Double> values) {
    return CostCurve.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static PositionCost cost(Phase phase, int position, int rows, Samples samples) {
    return new PositionCost(
        phase,
        Mode.SPARSE,
        position,
        rows,
        samples.nanosPerToken(),
        samples.stageNanos(),
        samples.stageFlops());
  }

  private List<LatentCache> caches(int position) {
    return IntStream.range(0, BATCHES.get(BATCHES.size() - 1))
        .mapToObj(n -> RandomCache.of(config, random, position))
        .toList();
  }

  private Sequence.Policy policy() {
    return new Sequence.Policy(config.indexer().topK(), 0, IndexPrecision.F32);
  }

  private Sequence newSequence() {
    return new Sequence(policy(), LatentCache.of(config, IndexPrecision.F32));
  }

  private Samples.Sample step(List<LatentCache> caches, int position) {
    List<Sequence> sequences =
        caches.stream().map(c -> Sequence.resume(policy(), c.fork(), position)).toList();
    Stopwatch watch = new Stopwatch();
    step(sequences);
    return watch.sample(sequences.size(), sequences);
  }

  /** One token of every sequence through layers and head. */
  private void step(List<Sequence> sequences) {
    Batch batch = Batch.step(sequences, tokens(sequences.size()));
    float[] hidden = model.forward(batch, ForwardTrace.NONE);
    logits(sequences, hidden);
  }

  private void logits(List<Sequence> sequences, float[] hidden) {
    long start = System.nanoTime();
    int rows = sequences.size();
    model.head().logits(model.ops(), rows, Rows.of(hidden, config.hiddenSize()));
    long each = (System.nanoTime() - start) / rows;
    sequences.forEach(one -> one.counters().addHead(each, model.head().flopsPerRow()));
  }

  private Samples.Sample read(Sequence sequence, int tokens) {
    Stopwatch watch = new Stopwatch();
    for (int done = 0; done < tokens; done += LayerBench.CHUNK) {
      int[] chunk = tokens(Math.min(LayerBench.CHUNK, tokens - done));
      model.forward(Batch.prefill(sequence, chunk), ForwardTrace.NONE);
    }
    return watch.sample(tokens, List.of(sequence));
  }

  /** Asks forks of a document, one after the other, and steps them together. */
  private Samples.Sample answer(Sequence document, int questions) {
    Stopwatch watch = new Stopwatch();
    int width = config.hiddenSize();
    List<Sequence> forks = new ArrayList<>();
    float[] last = new float[questions * width];
    for (int n = 0; n < questions; n++) {
      Sequence fork = document.fork();
      int[] question = tokens(QUESTION_TOKENS);
      float[] hidden = model.forward(Batch.prefill(fork, question), ForwardTrace.NONE);
      System.arraycopy(hidden, hidden.length - width, last, n * width, width);
      forks.add(fork);
    }
    logits(forks, last);
    for (int n = 1; n < ANSWER_TOKENS; n++) {
      step(forks);
    }
    return watch.sample(questions, forks);
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, config.vocabSize()).toArray();
  }

  /** CPU and wall time from its making to a sample. */
  private static final class Stopwatch {
    private final long wall = System.nanoTime();
    private final long cpu = CpuClock.nanos();

    Samples.Sample sample(int tokens, List<Sequence> sequences) {
      long nanos = CpuClock.nanos() - cpu;
      StageCounters all = new StageCounters();
      sequences.forEach(one -> all.add(one.counters()));
      return new Samples.Sample(tokens, nanos, System.nanoTime() - wall, all);
    }
  }
}
