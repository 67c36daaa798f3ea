package org.longread.kernels.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A table of row vectors [rows, width] in stored precision, read one row at a time.
 *
 * <p>Kept in row-major blocks of {@link #BLOCK} rows. Immutable after packing.
 */
public final class EmbeddingTable {
  /** Rows per block. */
  public static final int BLOCK = 64;

  private final int rows;
  private final int width;
  private final Precision precision;
  private final float[][] floats;
  private final short[][] shorts;

  private EmbeddingTable(int rows, int width, Precision precision) {
    if (precision == Precision.FP8_E4M3) {
      throw new IllegalArgumentException(
          "Invalid embedding precision: FP8_E4M3 (expected F32, F16 or BF16)");
    }
    this.rows = rows;
    this.width = width;
    this.precision = precision;
    int blocks = (rows + BLOCK - 1) / BLOCK;
    this.floats = new float[precision == Precision.F32 ? blocks : 0][];
    this.shorts = new short[precision == Precision.F32 ? 0 : blocks][];
  }

  /**
   * Packs a table block by block.
   *
   * @throws IllegalArgumentException if an element is NaN or infinite, naming its row and column
   */
  public static EmbeddingTable pack(
      int rows, int width, Precision precision, WeightMatrix.RowBytes source) {
    EmbeddingTable table = new EmbeddingTable(rows, width, precision);
    float[] row = new float[width];
    for (int first = 0; first < rows; first += BLOCK) {
      int count = Math.min(BLOCK, rows - first);
      ByteBuffer bytes = source.read(first, count).slice().order(ByteOrder.LITTLE_ENDIAN);
      int block = first / BLOCK;
      if (precision == Precision.F32) {
        table.floats[block] = new float[count * width];
        bytes.asFloatBuffer().get(table.floats[block]);
      } else {
        table.shorts[block] = new short[count * width];
        bytes.asShortBuffer().get(table.shorts[block]);
      }
      for (int r = first; r < first + count; r++) {
        table.copyRow(r, row, 0);
        checkFinite(r, row);
      }
    }
    return table;
  }

  private static void checkFinite(int row, float[] values) {
    for (int c = 0; c < values.length; c++) {
      if (!Float.isFinite(values[c])) {
        throw new IllegalArgumentException(
            "value at [" + row + ", " + c + "] is " + values[c] + " (expected a finite number)");
      }
    }
  }

  /** Rows, the vocabulary size. */
  public int rows() {
    return rows;
  }

  /** Values per row. */
  public int width() {
    return width;
  }

  /** The stored precision. */
  public Precision precision() {
    return precision;
  }

  /** Widens row {@code row} into {@code target} from {@code offset} on. */
  public void copyRow(int row, float[] target, int offset) {
    int start = row % BLOCK * width;
    switch (precision) {
      case F32 -> System.arraycopy(floats[row / BLOCK], start, target, offset, width);
      case BF16 -> {
        short[] block = shorts[row / BLOCK];
        for (int c = 0; c < width; c++) {
          target[offset + c] = Widening.bf16(block[start + c]);
        }
      }
      case F16 -> {
        short[] block = shorts[row / BLOCK];
        for (int c = 0; c < width; c++) {
          target[offset + c] = Widening.f16(block[start + c]);
        }
      }
      case FP8_E4M3 -> throw new IllegalStateException("no FP8 table is ever packed");
    }
  }

  /** Bytes held. */
  public long bytes() {
    return (long) rows * width * precision.bytes();
  }
}
