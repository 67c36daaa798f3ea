package org.longread.kernels.ops;

/** What a document needs is more than a device's memory holds; the device itself is sound. */
public final class DoesNotFitException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what does not fit, how much there is, and the way out
   */
  public DoesNotFitException(String message) {
    super(message);
  }
}
