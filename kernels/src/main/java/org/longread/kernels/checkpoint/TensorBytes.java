package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;

/** The stored bytes of one tensor, read as asked for. Immutable; any number of threads. */
public final class TensorBytes {
  /** The longest array of every JDK. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final SafetensorsFile file;
  private final TensorInfo info;

  TensorBytes(SafetensorsFile file, TensorInfo info) {
    this.file = file;
    this.info = info;
  }

  /** The tensor's header entry. */
  public TensorInfo info() {
    return info;
  }

  /** The file it lies in. */
  public SafetensorsFile file() {
    return file;
  }

  /** Bytes from one row to the next. */
  public long rowBytes() {
    return info.cols() * info.dtype().bytes();
  }

  /**
   * Rows {@code first} to {@code first + count - 1}: a read-only little-endian buffer from position
   * 0 to its limit.
   *
   * @throws CheckpointException if they take 2 GiB or more, or cannot be read
   */
  public ByteBuffer rows(long first, long count) {
    return file.bytes(begin(first), size(first, count));
  }

  /** Reads rows {@code first} to {@code first + count - 1} into the beginning of an array. */
  void read(long first, long count, byte[] target) {
    file.read(begin(first), target, size(first, count));
  }

  /** Reads one row into {@code target}, which has its length. */
  void read(SafetensorsFile.Reader reader, long row, byte[] target) {
    reader.read(begin(row), target, size(row, 1));
  }

  private long begin(long row) {
    return info.begin() + row * rowBytes();
  }

  private int size(long first, long count) {
    if (first < 0 || count < 0 || first > info.rows() - count) {
      throw new IllegalArgumentException(
          "Invalid rows: " + first + " + " + count + " (expected within " + info.rows() + ")");
    }
    long size = count * rowBytes();
    if (size > MOST_BYTES) {
      throw new CheckpointException(
          StrictJson.cannotRead(
              file.path(),
              "tensor "
                  + Printable.of(info.name())
                  + ": "
                  + count
                  + " rows take "
                  + size
                  + " bytes (expected less than 2 GiB at a time)"));
    }
    return (int) size;
  }

  /** All rows. */
  public ByteBuffer all() {
    return rows(0, info.rows());
  }
}
