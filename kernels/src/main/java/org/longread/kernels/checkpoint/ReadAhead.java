package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.longread.kernels.ops.WeightMatrix.RowBytes;

/**
 * Consecutive rows of a tensor, read a few MiB at a time into one buffer: packing reads a large
 * checkpoint in few calls and leaves no garbage. What {@link #read} gave holds until the next call.
 */
final class ReadAhead implements RowBytes {
  private static final long BLOCK_BYTES = 4 << 20;

  private final TensorBytes tensor;
  private final int firstRow;
  private final int rowCount;
  private final Buffer buffer;
  private int heldFirst;
  private int heldCount;

  /** Where tensors read one after the other put their rows; belongs to one thread. */
  static final class Buffer {
    private byte[] bytes = new byte[0];

    private byte[] ofAtLeast(long size) {
      if (bytes.length < size) {
        bytes = new byte[Math.toIntExact(size)];
      }
      return bytes;
    }
  }

  /**
   * Rows of a tensor.
   *
   * @param firstRow row of the tensor that is row 0 here
   * @param rowCount rows there are
   */
  ReadAhead(TensorBytes tensor, int firstRow, int rowCount, Buffer buffer) {
    this.tensor = tensor;
    this.firstRow = firstRow;
    this.rowCount = rowCount;
    this.buffer = buffer;
  }

  @Override
  public ByteBuffer read(int first, int count) {
    if (first < heldFirst || first + count > heldFirst + heldCount) {
      long block = Math.max(count, BLOCK_BYTES / Math.max(1, tensor.rowBytes()));
      heldFirst = first;
      heldCount = (int) Math.min(block, rowCount - first);
      byte[] target = buffer.ofAtLeast(heldCount * tensor.rowBytes());
      tensor.read((long) firstRow + first, heldCount, target);
    }
    int offset = Math.toIntExact((first - heldFirst) * tensor.rowBytes());
    int size = Math.toIntExact(count * tensor.rowBytes());
    return ByteBuffer.wrap(buffer.ofAtLeast(0), offset, size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
