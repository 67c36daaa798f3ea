package org.longread.kernels.forward;

import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.longread.kernels.ops.Rows;

/**
 * The large arrays a pass needs in every layer, kept for the next layer and the next pass. Made
 * anew each time they would be promoted, as garbage, to the old part of the heap, and the process
 * would grow far beyond what is in use.
 *
 * <p>One pass has it at a time; a {@link Pool} hands it on. It grows to the largest pass seen.
 */
final class Workspace {
  private final Map<Slot, float[]> arrays = new EnumMap<>(Slot.class);

  /** What an array is for. A slot is in use from one {@link #rows} to the next. */
  enum Slot {
    /** Normalised inputs [t, D]. */
    INPUTS,
    /** What a half of a layer adds [t, D]. */
    BRANCH,
    /** Latents and rope keys on their way to the cache [t, C + dr]. */
    LATENTS,
    /** Index keys on their way to the cache [t, dI]. */
    INDEX_KEYS,
    /** Rows of all experts, then their results [t perToken, D]. */
    EXPERT_ROWS
  }

  /** Rows of unspecified values. */
  Rows rows(Slot slot, int rows, int width) {
    int size = Math.multiplyExact(rows, width);
    float[] array = arrays.get(slot);
    if (array == null || array.length < size) {
      arrays.remove(slot); // given up before the larger one is there
      array = new float[size];
      arrays.put(slot, array);
    }
    return Rows.of(array, width);
  }

  /** Workspaces that no pass has, as many as there ever were passes at once. */
  static final class Pool {
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    Workspace take() {
      Workspace workspace = idle.poll();
      return workspace == null ? new Workspace() : workspace;
    }

    void give(Workspace workspace) {
      idle.add(workspace);
    }
  }
}
