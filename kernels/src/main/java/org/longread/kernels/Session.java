package org.longread.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.forward.Batch;
import org.longread.kernels.forward.ForwardTrace;
import org.longread.kernels.forward.QualityMeter;
import org.longread.kernels.forward.Sequence;
import org.longread.kernels.forward.StageCounters;
import org.longread.kernels.forward.TransformerModel;
import org.longread.kernels.forward.Workers;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * One sequence: its latent cache and what was asked of it. Belongs to one thread at a time; the
 * cache is freed by {@link #close}. After an exception while tokens were read the session can only
 * be closed; further reading throws {@link IllegalStateException}.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final Sequence sequence;
  private final double[] hiddenSum;
  private float[] lastHidden = new float[0];
  private int hiddenCount;
  private long tokens;
  private long peakCacheBytes;
  private boolean closed;

  Session(Engine engine, Sequence sequence) {
    this.engine = engine;
    this.sequence = sequence;
    this.hiddenSum = new double[engine.config().hiddenSize()];
  }

  Sequence sequence() {
    return sequence;
  }

  /** Tokens read so far. */
  public int length() {
    return sequence.length();
  }

  /**
   * Appends tokens, in chunks. An empty array is allowed and does nothing.
   *
   * @throws IllegalArgumentException for an id outside 0..vocabSize-1, naming id and position
   * @throws org.longread.kernels.ops.NotANumberException if index scores are NaN
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public void prefill(int[] tokenIds) {
    Reading reading = Reading.of(this).then(tokenIds);
    engine.read(List.of(reading));
    reading.check();
  }

  /** Appends tokens that were checked, chunk by chunk. */
  void readPlain(int[] tokenIds) {
    for (int first = 0; first < tokenIds.length; first += engine.chunkTokens()) {
      prefillChunk(chunk(tokenIds, first));
    }
  }

  /**
   * Appends tokens as {@link #prefill} does and yields the natural log-probability of each given
   * all before it; NaN for the first token of an empty sequence, which has none before it.
   */
  public double[] prefillScored(int[] tokenIds) {
    Reading reading = Reading.of(this).thenScored(tokenIds);
    engine.read(List.of(reading));
    return reading.logProbs();
  }

  /** Appends and scores tokens that were checked, chunk by chunk. */
  double[] readScored(int[] tokenIds) {
    double[] logProbs = new double[tokenIds.length];
    for (int first = 0; first < tokenIds.length; first += engine.chunkTokens()) {
      int[] chunk = chunk(tokenIds, first);
      float[] before = lastHidden;
      Rows hidden = prefillChunk(chunk);
      double[] scored = score(before, hidden, chunk, Optional.empty());
      System.arraycopy(scored, 0, logProbs, first, scored.length);
    }
    return logProbs;
  }

  /**
   * Log-probabilities of a chunk's tokens.
   *
   * @param before hidden state of the token before it; empty if there is none
   * @param hidden its own hidden states
   * @param workers who help, if they are not at work elsewhere
   */
  double[] score(float[] before, Rows hidden, int[] chunk, Optional<Workers> workers) {
    long start = System.nanoTime();
    double[] logProbs = new double[chunk.length];
    logProbs[0] = before.length == 0 ? Double.NaN : logProb(Rows.of(before, 0), chunk[0]);
    int[] targets = Arrays.copyOfRange(chunk, 1, chunk.length);
    TransformerModel model = engine.model();
    double[] scored =
        workers.isPresent()
            ? model.head().logProbs(model.ops(), workers.get(), hidden, targets)
            : model.head().logProbs(model.ops(), hidden, targets);
    System.arraycopy(scored, 0, logProbs, 1, scored.length);
    bookHead(System.nanoTime() - start, chunk.length);
    return logProbs;
  }

  float[] lastHiddenOrNone() {
    return lastHidden;
  }

  private double logProb(Rows hidden, int target) {
    TransformerModel model = engine.model();
    return model.head().logProbs(model.ops(), hidden, new int[] {target})[0];
  }

  private int[] chunk(int[] tokenIds, int first) {
    int end = Math.min(tokenIds.length, first + engine.chunkTokens());
    return Arrays.copyOfRange(tokenIds, first, end);
  }

  private Rows prefillChunk(int[] chunk) {
    float[] hidden = engine.model().forward(Batch.prefill(sequence, chunk), ForwardTrace.NONE);
    Rows rows = Rows.of(hidden, engine.config().hiddenSize());
    absorb(rows, chunk.length);
    return rows;
  }

  /** Checks tokens to be read from a position on. */
  void check(int[] tokenIds, int position) {
    checkOpen();
    for (int i = 0; i < tokenIds.length; i++) {
      if (tokenIds[i] < 0 || tokenIds[i] >= engine.config().vocabSize()) {
        throw outOfRange(tokenIds[i], position + i);
      }
    }
  }

  void checkOne(int[] tokenIds, int i) {
    checkOpen();
    if (tokenIds[i] < 0 || tokenIds[i] >= engine.config().vocabSize()) {
      throw outOfRange(tokenIds[i], length());
    }
  }

  private IllegalArgumentException outOfRange(int id, int position) {
    int last = engine.config().vocabSize() - 1;
    return new IllegalArgumentException(
        "Invalid token id: " + id + " at position " + position + " (expected 0.." + last + ")");
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot read tokens: the session is closed");
    }
  }

  /** Takes in the final hidden states of this session's rows. */
  void absorb(Rows hidden, int rows) {
    int width = hiddenSum.length;
    for (int i = 0; i < rows; i++) {
      int at = hidden.at(i);
      for (int c = 0; c < width; c++) {
        hiddenSum[c] += hidden.data()[at + c];
      }
    }
    int last = hidden.at(rows - 1);
    lastHidden = Arrays.copyOfRange(hidden.data(), last, last + width);
    hiddenCount += rows;
    tokens += rows;
    peakCacheBytes = Math.max(peakCacheBytes, sequence.cache().bytes());
  }

  /** An independent continuation that shares the cache so far; statistics start at zero. */
  public Session fork() {
    checkOpen();
    Session copy = engine.newSession(sequence.fork());
    System.arraycopy(hiddenSum, 0, copy.hiddenSum, 0, hiddenSum.length);
    copy.hiddenCount = hiddenCount;
    copy.lastHidden = lastHidden;
    return copy;
  }

  float[] hidden() {
    if (lastHidden.length == 0) {
      throw new IllegalStateException("Cannot read the last position: the sequence is empty");
    }
    return lastHidden;
  }

  /** Logits of the last position, [vocabSize]. */
  public float[] logits() {
    return engine.logits(List.of(this)).get(0);
  }

  /** Hidden state of the last position after the final norm, [hiddenSize]. */
  public float[] lastHidden() {
    return hidden().clone();
  }

  /** Mean over all positions of the hidden state after the final norm, [hiddenSize]. */
  public float[] meanHidden() {
    float[] mean = new float[hidden().length];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) (hiddenSum[c] / hiddenCount);
    }
    return mean;
  }

  /** From now on, adds up the attention weight each earlier token receives. */
  public void collectEvidence() {
    sequence.evidence().start();
  }

  /**
   * Attention weight received per token since {@link #collectEvidence}, summed over queries, layers
   * and heads, [length].
   */
  public float[] evidence() {
    return sequence.evidence().weights(length());
  }

  /** Comparison with dense attention at the sampled queries. */
  public SelectionQuality quality() {
    QualityMeter meter = sequence.quality();
    return new SelectionQuality(meter.samples(), meter.capturedMass(), meter.recall());
  }

  /** What was seen of this session's own selections, without those of a fork's origin. */
  public SelectionsSeen selections() {
    List<SelectionsSeen.OfLayer> layers = new ArrayList<>();
    sequence
        .watch()
        .forEachLayer(
            (rows, newest, oldest) -> layers.add(new SelectionsSeen.OfLayer(rows, newest, oldest)));
    return new SelectionsSeen(layers);
  }

  void bookHead(long elapsedNanos, int rows) {
    sequence.counters().addHead(elapsedNanos, rows * engine.model().head().flopsPerRow());
  }

  void bookWeights(StreamedWeights.Work work) {
    sequence.counters().add(work);
  }

  /** What this session computed so far, without what a fork's origin computed. */
  public EngineStats stats() {
    StageCounters counters = sequence.counters();
    Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    Map<Stage, Long> flops = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      nanos.put(stage, counters.nanos(stage));
      flops.put(stage, counters.flops(stage));
    }
    long shared = flops.get(Stage.PROJECTIONS) + flops.get(Stage.EXPERTS) + flops.get(Stage.HEAD);
    return new EngineStats(
        tokens,
        nanos,
        flops,
        counters.denseEquivalentFlops() + shared,
        counters.keysScored(),
        counters.keysKept(),
        counters.device(),
        peakCacheBytes,
        counters.weights());
  }

  /** Frees the cache; further reading is refused. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      engine.sessionClosed();
    }
  }
}
