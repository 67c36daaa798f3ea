package org.longread.job.write;

import java.io.Serializable;

/**
 * An Arrow file of a segment, with the columns of {@link ResultSchema}.
 *
 * @param path below {@code _longread/work}
 * @param bytes its length
 */
public record SegmentFile(String path, Documents content, long documents, long rows, long bytes)
    implements Serializable {
  /** Which documents a file holds. */
  public enum Documents {
    /** Without a failed row. */
    ANSWERED,
    /** With one. */
    FAILED,
    /** Without id; they failed, and nobody can tell them from each other. */
    UNNAMED
  }
}
