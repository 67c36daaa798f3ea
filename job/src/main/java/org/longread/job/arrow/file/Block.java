package org.longread.job.arrow.file;

import java.io.Serializable;

/**
 * Where a message of a file is: its metadata, and right behind it its body.
 *
 * @param offset of the metadata in the file
 * @param metadataBytes with length prefix and padding
 * @param bodyBytes of all buffers, with padding
 */
public record Block(long offset, int metadataBytes, long bodyBytes) implements Serializable {
  /** Where the body starts in the file. */
  public long bodyOffset() {
    return offset + metadataBytes;
  }

  /** Metadata and body. */
  public long bytes() {
    return metadataBytes + bodyBytes;
  }
}
