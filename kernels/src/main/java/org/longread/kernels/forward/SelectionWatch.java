package org.longread.kernels.forward;

import java.util.Arrays;
import org.longread.kernels.ops.InvalidSelectionException;

/**
 * Looks at every selection, whether it is what a backend may select, and at those of some queries,
 * chosen by position alone, whether they are nothing but the newest or the oldest tokens, as an
 * indexer's would be that does not work. Changes nothing that is computed. Safe for use by several
 * threads.
 */
public final class SelectionWatch {
  /** One query of so many is looked at for patterns. */
  static final int EVERY = 64;

  /** Patterns count only where so many times as many tokens are visible as are kept. */
  private static final int FAR = 4;

  private Pattern[] layers = {};

  SelectionWatch() {}

  /** What was seen of one layer. */
  private static final class Pattern {
    private long rows;
    private long newest;
    private long oldest;
  }

  /** Takes what was seen of a layer. */
  @FunctionalInterface
  public interface LayerReader {
    /**
     * One layer.
     *
     * @param rows selections looked at that could have been another
     * @param newest those of them that are the newest tokens
     * @param oldest those of them that are the oldest tokens
     */
    void layer(long rows, long newest, long oldest);
  }

  /**
   * Looks at the queries from {@code position} on.
   *
   * @param indices [rows, topK], as selected
   * @throws InvalidSelectionException if one is not min(topK, visible) visible tokens, ascending,
   *     then -1
   */
  void look(int layer, int position, int topK, int[] indices) {
    for (int row = 0; row < indices.length / topK; row++) {
      int at = position + row;
      check(layer, at, indices, row * topK, topK);
      if (at % EVERY == 0 && at + 1 > (long) FAR * topK) {
        int first = indices[row * topK];
        int last = indices[row * topK + topK - 1];
        add(layer, first == at + 1 - topK, last == topK - 1);
      }
    }
  }

  private static void check(int layer, int position, int[] indices, int from, int topK) {
    int kept = Math.min(topK, position + 1);
    int least = 0;
    for (int i = 0; i < kept; i++) {
      int index = indices[from + i];
      if (index < least || index > position) {
        String rule = "entry %d is %d (expected %d..%d)".formatted(i, index, least, position);
        throw new InvalidSelectionException(layer, position, rule);
      }
      least = index + 1;
    }
    for (int i = kept; i < topK; i++) {
      if (indices[from + i] != -1) {
        String rule = "entry %d is %d (expected -1: none)".formatted(i, indices[from + i]);
        throw new InvalidSelectionException(layer, position, rule);
      }
    }
  }

  private synchronized void add(int layer, boolean isNewest, boolean isOldest) {
    int known = layers.length;
    if (layer >= known) {
      layers = Arrays.copyOf(layers, layer + 1);
      for (int i = known; i <= layer; i++) {
        layers[i] = new Pattern();
      }
    }
    layers[layer].rows++;
    layers[layer].newest += isNewest ? 1 : 0;
    layers[layer].oldest += isOldest ? 1 : 0;
  }

  /** What was seen of patterns, layer by layer, up to the last that was looked at. */
  public synchronized void forEachLayer(LayerReader reader) {
    for (Pattern seen : layers) {
      reader.layer(seen.rows, seen.newest, seen.oldest);
    }
  }
}
