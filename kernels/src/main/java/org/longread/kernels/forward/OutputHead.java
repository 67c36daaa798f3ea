package org.longread.kernels.forward;

import java.util.Optional;
import java.util.function.Supplier;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/** Logits and log-probabilities of asked rows only. Any number of threads. */
public final class OutputHead {
  /** Rows whose logits exist at once. */
  private static final int TILE = 32;

  private final int vocabSize;
  private final int width;
  private final Supplier<StreamedWeights.Part<WeightMatrix>> source;
  private Optional<StreamedWeights.Part<WeightMatrix>> part = Optional.empty();
  private int holders;

  /**
   * A head whose weights are asked for when they are needed.
   *
   * @param source asks for W [V, D]
   */
  OutputHead(ModelConfig config, Supplier<StreamedWeights.Part<WeightMatrix>> source) {
    this.vocabSize = config.vocabSize();
    this.width = config.hiddenSize();
    this.source = source;
  }

  /** Calls between opening and closing it read the weights once. */
  public final class Hold implements AutoCloseable {
    private final StreamedWeights.Part<WeightMatrix> held;

    private Hold(StreamedWeights.Part<WeightMatrix> held) {
      this.held = held;
    }

    /** Waits until the weights are there. */
    public WeightMatrix await() {
      return held.await();
    }

    @Override
    public void close() {
      release();
    }
  }

  /** Asks for the weights, if nobody holds them yet. */
  public synchronized Hold hold() {
    if (holders++ == 0) {
      part = Optional.of(source.get());
    }
    return new Hold(part.orElseThrow());
  }

  private synchronized void release() {
    if (--holders == 0) {
      part.orElseThrow().close();
      part = Optional.empty();
    }
  }

  /** Logits [t, V] of final hidden states [t, D]. */
  public float[] logits(KernelOps ops, int t, Rows hidden) {
    float[] logits = new float[Math.multiplyExact(t, vocabSize)];
    try (Hold weights = hold()) {
      ops.matmul(t, hidden, weights.await(), Rows.of(logits, vocabSize));
    }
    return logits;
  }

  /**
   * Natural log-probability of a target after each row, in float64.
   *
   * @param targets one token id per row
   */
  public double[] logProbs(KernelOps ops, Rows hidden, int[] targets) {
    double[] result = new double[targets.length];
    try (Hold weights = hold()) {
      weights.await();
      for (int first = 0; first < targets.length; first += TILE) {
        logProbs(ops, hidden, targets, first, result);
      }
    }
    return result;
  }

  /** The same on all threads of a pass. */
  public double[] logProbs(KernelOps ops, Workers workers, Rows hidden, int[] targets) {
    double[] result = new double[targets.length];
    try (Hold weights = hold()) {
      weights.await();
      int tiles = (targets.length + TILE - 1) / TILE;
      workers.run(tiles, tile -> logProbs(ops, hidden, targets, tile * TILE, result));
    }
    return result;
  }

  private void logProbs(KernelOps ops, Rows hidden, int[] targets, int first, double[] result) {
    int rows = Math.min(TILE, targets.length - first);
    float[] logits = logits(ops, rows, hidden.from(first));
    for (int i = 0; i < rows; i++) {
      result[first + i] = logProb(logits, i * vocabSize, vocabSize, targets[first + i]);
    }
  }

  /** log softmax(logits[at .. at + n))[target], in float64. */
  public static double logProb(float[] logits, int at, int n, int target) {
    float max = Float.NEGATIVE_INFINITY;
    for (int v = 0; v < n; v++) {
      max = Math.max(max, logits[at + v]);
    }
    double sum = 0;
    for (int v = 0; v < n; v++) {
      sum += StrictMath.exp(logits[at + v] - (double) max);
    }
    return logits[at + target] - (double) max - StrictMath.log(sum);
  }

  /** FLOPs of one row. */
  public long flopsPerRow() {
    return 2L * vocabSize * width;
  }
}
