package org.longread.job.arrow.type;

/** How names of columns are compared, as {@code spark.sql.caseSensitive} says. */
public enum NameMatching {
  /** Letter by letter. */
  EXACT,
  /** Upper and lower case are the same. */
  ANY_CASE;

  /** Whether two names are of the same column. */
  public boolean matches(String a, String b) {
    return this == EXACT ? a.equals(b) : a.equalsIgnoreCase(b);
  }
}
