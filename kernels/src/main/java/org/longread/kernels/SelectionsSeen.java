package org.longread.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Selections that were looked at for patterns, of queries chosen by position alone, where at least
 * four times as many tokens were visible as could be kept.
 *
 * @param layers what was seen in each layer, the first one first; those after the last that was
 *     looked at are left out
 */
public record SelectionsSeen(List<OfLayer> layers) {
  /** Nothing was looked at. */
  public static final SelectionsSeen NONE = new SelectionsSeen(List.of());

  public SelectionsSeen {
    layers = List.copyOf(layers);
  }

  /**
   * Selections of one layer.
   *
   * @param rows how many
   * @param newest those that are just the newest tokens
   * @param oldest those that are just the oldest tokens
   */
  public record OfLayer(long rows, long newest, long oldest) {
    private static final OfLayer NONE = new OfLayer(0, 0, 0);

    private OfLayer plus(OfLayer other) {
      return new OfLayer(rows + other.rows, newest + other.newest, oldest + other.oldest);
    }
  }

  /** How many, over all layers. */
  public long rows() {
    return sum(OfLayer::rows);
  }

  /** Those that are just the newest tokens, over all layers. */
  public long newest() {
    return sum(OfLayer::newest);
  }

  /** Those that are just the oldest tokens, over all layers. */
  public long oldest() {
    return sum(OfLayer::oldest);
  }

  private long sum(ToLongFunction<OfLayer> count) {
    return layers.stream().mapToLong(count).sum();
  }

  /** Both together. */
  public SelectionsSeen plus(SelectionsSeen other) {
    List<OfLayer> sum = new ArrayList<>();
    for (int layer = 0; layer < Math.max(layers.size(), other.layers.size()); layer++) {
      sum.add(of(layer).plus(other.of(layer)));
    }
    return new SelectionsSeen(sum);
  }

  private OfLayer of(int layer) {
    return layer < layers.size() ? layers.get(layer) : OfLayer.NONE;
  }
}
