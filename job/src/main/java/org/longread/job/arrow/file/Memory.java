package org.longread.job.arrow.file;

/**
 * Off-heap bytes, valid until the {@link BatchBuffers} they came from are closed.
 *
 * @param address of the first byte; 0 if there are none
 * @param bytes how many
 */
public record Memory(long address, long bytes) {
  /** No bytes. */
  public static final Memory NONE = new Memory(0, 0);
}
