package org.longread.kernels.ops;

/**
 * A device failed. Nothing it computes from now on can be trusted, so its operations refuse every
 * further call; only a new JVM has a sound device again.
 */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason, and what the device threw. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
