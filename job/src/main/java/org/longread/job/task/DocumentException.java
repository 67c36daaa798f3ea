package org.longread.job.task;

/** One document, or question, cannot be answered: becomes an error row, never a failed run. */
public final class DocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code the row's error_code, in snake case
   * @param message the row's error_message: what, where and the way out
   */
  public DocumentException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The row's error_code. */
  public String code() {
    return code;
  }
}
