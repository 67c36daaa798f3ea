package org.longread.job.arrow.column;

/** What becomes of a time with a part of a microsecond, which Spark's types cannot hold. */
public enum Nanoseconds {
  /** An error. */
  EXACT,
  /** The microsecond it is in. */
  TRUNCATE
}
