package org.longread.job;

/** A run broke off on an executor, exit status 1; the message says on what. */
public final class FailedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the way out and the cause. */
  public FailedRunException(String message, Throwable cause) {
    super(Credentials.leftOut(message), cause);
  }

  /** Says in a line what Spark says in a page: the innermost message, and where it was raised. */
  static FailedRunException of(Throwable thrown) {
    Throwable cause = thrown;
    StringBuilder says = new StringBuilder();
    for (int depth = 0; cause != null && depth < 8; depth++, cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      boolean wrapper = message.startsWith("Job aborted") || message.startsWith("java.");
      String line = message.lines().findFirst().orElse("");
      if (!wrapper && says.indexOf(line) < 0) {
        says.append(says.length() == 0 ? "" : ": ").append(line);
      }
    }
    return new FailedRunException(
        "Cannot finish the run: " + (says.length() == 0 ? thrown.toString() : says), thrown);
  }
}
