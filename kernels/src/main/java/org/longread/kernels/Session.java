package org.longread.kernels;

/**
 * One sequence: its latent cache and what was asked of it. Belongs to one thread at a time; the
 * cache is freed by {@link #close}.
 */
public final class Session implements AutoCloseable {
  Session() {}

  /** Tokens read so far. */
  public int length() {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends tokens, in chunks. An empty array is allowed and does nothing.
   *
   * @throws IllegalArgumentException for an id outside 0..vocabSize-1, naming id and position
   * @throws org.longread.kernels.ops.NotANumberException if index scores are NaN
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public void prefill(int[] tokens) {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends tokens as {@link #prefill} does and yields the natural log-probability of each given
   * all before it; NaN for the first token of an empty sequence, which has none before it.
   */
  public double[] prefillScored(int[] tokens) {
    throw new UnsupportedOperationException();
  }

  /** An independent continuation that shares the cache so far; statistics start at zero. */
  public Session fork() {
    throw new UnsupportedOperationException();
  }

  /** Logits of the last position, [vocabSize]. */
  public float[] logits() {
    throw new UnsupportedOperationException();
  }

  /** Hidden state of the last position after the final norm, [hiddenSize]. */
  public float[] lastHidden() {
    throw new UnsupportedOperationException();
  }

  /** Mean over all positions of the hidden state after the final norm, [hiddenSize]. */
  public float[] meanHidden() {
    throw new UnsupportedOperationException();
  }

  /** From now on, adds up the attention weight each earlier token receives. */
  public void collectEvidence() {
    throw new UnsupportedOperationException();
  }

  /**
   * Attention weight received per token since {@link #collectEvidence}, summed over queries, layers
   * and heads, [length].
   */
  public float[] evidence() {
    throw new UnsupportedOperationException();
  }

  /** Comparison with dense attention at the sampled queries. */
  public SelectionQuality quality() {
    throw new UnsupportedOperationException();
  }

  /** What this session computed so far, without what a fork's origin computed. */
  public EngineStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
