package org.longread.kernels.ops.tornado;

/** A plan that the device's memory cannot hold; the device itself is sound. */
final class DoesNotFitException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  DoesNotFitException(String message) {
    super(message);
  }
}
