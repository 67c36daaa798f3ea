package org.longread.kernels.forward;

import java.util.Arrays;

/**
 * Adds up the attention each cached token receives, once switched on. Sums are fixed-point, so
 * their bits do not depend on the order in which layers and queries arrive.
 */
public final class EvidenceMeter {
  /** Room for a token that 4 million queries of 61 layers and 128 heads attend to alone. */
  private static final double UNIT = 0x1p28;

  private long[] sums = new long[0];
  private boolean active;

  EvidenceMeter() {}

  synchronized EvidenceMeter fork() {
    EvidenceMeter copy = new EvidenceMeter();
    copy.sums = sums.clone();
    copy.active = active;
    return copy;
  }

  /** Starts adding up. */
  public synchronized void start() {
    active = true;
  }

  /** Goes on, or pauses: chunks of a sequence that is read layer by layer take turns. */
  synchronized void collect(boolean on) {
    active = on;
  }

  synchronized boolean isActive() {
    return active;
  }

  synchronized void add(int token, float weight) {
    if (token >= sums.length) {
      sums = Arrays.copyOf(sums, Math.max(token + 1, sums.length * 2));
    }
    sums[token] += Math.round(weight * UNIT);
  }

  /** Attention per token, summed over queries, layers and heads, [length]. */
  public synchronized float[] weights(int length) {
    float[] weights = new float[length];
    for (int s = 0; s < Math.min(length, sums.length); s++) {
      weights[s] = (float) (sums[s] / UNIT);
    }
    return weights;
  }
}
