package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.longread.kernels.ops.WeightMatrix.RowBytes;

/**
 * Some rows of a tensor seen transposed: row c of this view is column c of those rows. Holds the
 * rows as stored.
 */
final class TransposedRows implements RowBytes {
  private final ByteBuffer stored;
  private final int rowCount;
  private final int stride;
  private final int element;

  /**
   * A view of some rows, which are read now.
   *
   * @param tensor [rows, cols], as stored
   * @param firstRow first row of the tensor that belongs to the view: the view's column 0
   * @param rowCount rows of the tensor, columns of the view
   */
  TransposedRows(TensorBytes tensor, int firstRow, int rowCount) {
    this.stored = tensor.rows(firstRow, rowCount);
    this.rowCount = rowCount;
    this.stride = Math.toIntExact(tensor.rowBytes());
    this.element = tensor.info().dtype().bytes();
  }

  @Override
  public ByteBuffer read(int first, int count) {
    ByteBuffer view =
        ByteBuffer.allocate(Math.multiplyExact(Math.multiplyExact(count, rowCount), element))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int c = first; c < first + count; c++) {
      for (int r = 0; r < rowCount; r++) {
        int at = r * stride + c * element;
        switch (element) {
          case 1 -> view.put(stored.get(at));
          case 2 -> view.putShort(stored.getShort(at));
          default -> view.putInt(stored.getInt(at));
        }
      }
    }
    return view.flip();
  }
}
