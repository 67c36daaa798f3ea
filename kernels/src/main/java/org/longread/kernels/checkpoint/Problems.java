package org.longread.kernels.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** Problems gathered while checking, so that a user sees them all at once. */
final class Problems {
  private static final int KEPT = 1000;

  private final List<String> kept = new ArrayList<>();
  private long found;

  void add(String problem) {
    if (kept.size() < KEPT) {
      kept.add(problem);
    }
    found++;
  }

  boolean isEmpty() {
    return found == 0;
  }

  /** Throws if anything was found; {@code subject} as in "Cannot read config.json". */
  void throwIfAny(String subject) {
    if (found > 0) {
      throw new CheckpointException(subject, kept, found);
    }
  }
}
