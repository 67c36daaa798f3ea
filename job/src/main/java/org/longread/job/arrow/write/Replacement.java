package org.longread.job.arrow.write;

/** What a write replaces of what is there. */
public enum Replacement {
  /** Nothing: it appends. */
  NOTHING,
  /** Everything. */
  ALL,
  /** What the partitions hold that it writes to. */
  PARTITIONS
}
