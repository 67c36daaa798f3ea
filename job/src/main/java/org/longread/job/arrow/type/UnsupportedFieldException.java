package org.longread.job.arrow.type;

/** A field that Spark has no type for, or not the one wanted. The message names the field. */
public final class UnsupportedFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedFieldException(String path, String reason) {
    super("field " + path + ": " + reason);
  }
}
