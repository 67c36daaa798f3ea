package org.longread.kernels.ops;

/**
 * A backend selected what its contract forbids: attention to it would give a quiet wrong answer.
 */
public final class InvalidSelectionException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong, in which layer, for the query at which position. */
  public InvalidSelectionException(int layer, int position, String rule) {
    super(
        "Invalid selection of position %d in layer %d: %s. The backend is broken: run verify on it, or use another"
            .formatted(position, layer, rule));
  }
}
