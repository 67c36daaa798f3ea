package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.checkpoint.StreamedWeights.Part;

/**
 * The routed experts of one layer that were asked for. Those of many rows are asked for before the
 * rows are routed, so that reading does not wait for attention; of few rows, when they are.
 */
final class LayerExperts implements AutoCloseable {
  private final StreamedWeights weights;
  private final int layer;
  private final Map<Integer, Part<ModelWeights.Mlp>> asked = new TreeMap<>();

  LayerExperts(StreamedWeights weights, int layer) {
    this.weights = weights;
    this.layer = layer;
  }

  /** Asks for every expert, in order. */
  void askAll() {
    for (int e = 0; e < weights.config().feedForward().routedExperts(); e++) {
      asked.put(e, weights.expert(layer, e));
    }
  }

  /** The experts needed, ascending; gives the others up. */
  List<Part<ModelWeights.Mlp>> ask(List<Integer> needed) {
    asked.keySet().stream()
        .filter(e -> !needed.contains(e))
        .toList()
        .forEach(e -> asked.remove(e).close());
    List<Part<ModelWeights.Mlp>> parts = new ArrayList<>();
    for (int e : needed) {
      parts.add(asked.computeIfAbsent(e, one -> weights.expert(layer, one)));
    }
    return parts;
  }

  @Override
  public void close() {
    asked.values().forEach(Part::close);
  }
}
