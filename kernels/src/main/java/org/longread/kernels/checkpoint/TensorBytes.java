package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The stored bytes of one tensor, mapped from its file: at once up to 1 GiB, else by the rows asked
 * for. One thread; the mapping lives as long as this object or a buffer it gave.
 */
public final class TensorBytes {
  private static final long MAPPED_AT_ONCE = 1L << 30;

  private final SafetensorsFile file;
  private final TensorInfo info;
  private ByteBuffer whole = ByteBuffer.allocate(0);

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
    if (first < 0 || count < 0 || first > info.rows() - count) {
      throw new IllegalArgumentException(
          "Invalid rows: " + first + " + " + count + " (expected within " + info.rows() + ")");
    }
    long size = count * rowBytes();
    if (size > Integer.MAX_VALUE) {
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
    long start = first * rowBytes();
    if (info.bytes() > MAPPED_AT_ONCE) {
      return file.map(info.begin() + start, (int) size);
    }
    if (whole.capacity() != info.bytes()) {
      whole = file.map(info.begin(), (int) info.bytes());
    }
    return whole.slice((int) start, (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All rows. */
  public ByteBuffer all() {
    return rows(0, info.rows());
  }
}
