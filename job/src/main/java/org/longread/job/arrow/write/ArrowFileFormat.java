package org.longread.job.arrow.write;

import java.io.Serializable;

/**
 * How files are written.
 *
 * @param compression of the buffers
 * @param maxRecords rows after which a record batch ends
 * @param maxBytes bytes after which one ends, as Spark's rows measure
 */
public record ArrowFileFormat(Compression compression, int maxRecords, long maxBytes)
    implements Serializable {
  /** Compression of the buffers. */
  public enum Compression {
    /** None: buffers can be mapped. */
    NONE,
    /** Zstandard. */
    ZSTD
  }
}
