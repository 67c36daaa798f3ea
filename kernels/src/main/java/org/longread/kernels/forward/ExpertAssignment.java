package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.Rows;

/**
 * Which experts compute which rows of a batch.
 *
 * @param logits router logits [t, E]
 * @param experts [t, perToken], ascending in a row
 * @param weights [t, perToken]
 * @param slots [t, perToken]: which row of the expert's result is the token's
 * @param firstRows [E]: where an expert's rows begin among those of all
 */
record ExpertAssignment(Rows logits, int[] experts, Rows weights, int[] slots, int[] firstRows) {
  ExpertAssignment(int t, ModelConfig.FeedForward config) {
    this(
        Rows.of(new float[t * config.routedExperts()], config.routedExperts()),
        new int[t * config.expertsPerToken()],
        Rows.of(new float[t * config.expertsPerToken()], config.expertsPerToken()),
        new int[t * config.expertsPerToken()],
        new int[config.routedExperts()]);
  }

  /** The rows of each expert in order; fills slots and first rows. */
  List<int[]> rowsOfExperts() {
    int[] counts = new int[logits.stride()];
    for (int n = 0; n < experts.length; n++) {
      slots[n] = counts[experts[n]]++;
    }
    List<int[]> rows = new ArrayList<>();
    for (int e = 0; e < counts.length; e++) {
      firstRows[e] = e == 0 ? 0 : firstRows[e - 1] + counts[e - 1];
      rows.add(new int[counts[e]]);
    }
    for (int n = 0; n < experts.length; n++) {
      rows.get(experts[n])[slots[n]] = n / weights.stride();
    }
    return rows;
  }
}
