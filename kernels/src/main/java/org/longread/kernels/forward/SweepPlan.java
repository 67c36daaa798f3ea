package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;

/** What a row takes on its way through the layers of a {@link LayerSweep}, beside caches. */
public final class SweepPlan {
  /** A row's place with one expert: three references or numbers, and the object around them. */
  private static final int SLOT_BYTES = 48;

  private SweepPlan() {}

  /**
   * Bytes of one row: hidden state and branch, angles, routing, selections that layers may share.
   */
  public static long rowBytes(ModelConfig config) {
    ModelConfig.FeedForward f = config.feedForward();
    long floats =
        2L * config.hiddenSize()
            + config.attention().qkRope()
            + f.routedExperts()
            + (config.hasIndexer() ? config.indexer().topK() : 0);
    return Float.BYTES * floats + (long) SLOT_BYTES * f.expertsPerToken();
  }
}
