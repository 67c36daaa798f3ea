package org.longread.kernels;

import java.util.Locale;
import org.longread.kernels.checkpoint.ModelConfig;

/** Which earlier tokens a query attends to. */
public enum AttentionMode {
  /** What the model defines: sparse for a model with an indexer, dense for one without. */
  AUTO,
  /** The selection of the lightning indexer; everything while it covers all earlier tokens. */
  SPARSE,
  /** Every earlier token: the dense twin. */
  DENSE;

  /**
   * Checks that a model can attend so.
   *
   * @param topK tokens to keep per query; 0 for the model's own
   * @throws IllegalArgumentException if a selection is asked of a model that has no indexer
   */
  public void check(ModelConfig config, int topK) {
    if (config.hasIndexer() || (this != SPARSE && topK == 0)) {
      return;
    }
    boolean asked = this == SPARSE;
    throw new IllegalArgumentException(
        "Invalid %s: %s (%s has no indexer that could select: leave it out, or take a model that has one)"
            .formatted(
                asked ? "attention" : "top-k",
                asked ? name().toLowerCase(Locale.ROOT) : topK,
                config.variant().modelType()));
  }
}
