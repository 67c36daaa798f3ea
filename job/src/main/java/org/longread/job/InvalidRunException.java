package org.longread.job;

/** Options, input schema or checkpoint are invalid; found on the driver, exit status 2. */
public final class InvalidRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what, where and the way out. */
  public InvalidRunException(String message) {
    super(Credentials.leftOut(message));
  }

  /** With the cause as well. */
  public InvalidRunException(String message, Throwable cause) {
    super(Credentials.leftOut(message), cause);
  }
}
