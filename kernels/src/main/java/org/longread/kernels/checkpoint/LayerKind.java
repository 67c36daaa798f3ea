package org.longread.kernels.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * What sets a layer apart from others of its model.
 *
 * @param feedForward what follows attention
 * @param selection which earlier tokens its queries attend to
 */
public record LayerKind(FeedForward feedForward, Selection selection) {
  /** What follows attention. */
  public enum FeedForward {
    /** One MLP. */
    DENSE,
    /** A mixture of experts. */
    EXPERTS
  }

  /** Which earlier tokens queries attend to. */
  public enum Selection {
    /** Those its own indexer selects. */
    OWN,
    /** Those that the last layer with an indexer selected. */
    SHARED,
    /** Every one: the model has no indexer. */
    EVERYTHING
  }

  /** Layers of which the first {@code dense} have an MLP, all others experts. */
  public static List<LayerKind> denseFirst(int layers, int dense, Selection selection) {
    List<LayerKind> kinds = new ArrayList<>();
    for (int n = 0; n < layers; n++) {
      kinds.add(new LayerKind(n < dense ? FeedForward.DENSE : FeedForward.EXPERTS, selection));
    }
    return kinds;
  }
}
