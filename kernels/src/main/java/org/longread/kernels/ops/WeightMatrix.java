package org.longread.kernels.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A linear layer's weight W [rows = outputs, cols = inputs] in its stored precision, packed once.
 *
 * <p>Layout: panels of {@link #PANEL} outputs; the last may be narrower, in steps of {@link
 * #LANES}, its surplus outputs zero. One array per panel:
 *
 * <pre>
 * panel[p]   [cols, width(p)]     element (o, k) = panel[o / PANEL][k * width + o % PANEL]
 * scales[p]  [groups, width(p)]   FP8 only: multiplier of columns groupStart[g] .. groupStart[g+1]-1
 * </pre>
 *
 * <p>An element's value is exact float32; for FP8 it is {@code e4m3(code) * scale} rounded once.
 * Immutable after packing and shared by all threads. Accessors give the arrays themselves to the
 * kernels, which must not write them.
 */
public final class WeightMatrix {
  /** Outputs per panel. */
  public static final int PANEL = 64;

  /** A panel's width is a multiple of this. */
  public static final int LANES = 16;

  private static final float E4M3_LARGEST = 448f;

  private final int rows;
  private final int cols;
  private final Precision precision;
  private final float[][] floats;
  private final short[][] shorts;
  private final byte[][] codes;
  private final float[][] scales;
  private final int[] groupStart;

  private WeightMatrix(int rows, int cols, Precision precision, Fp8Scales fp8) {
    if (rows <= 0 || cols <= 0) {
      throw new IllegalArgumentException(
          "Invalid weight shape: [" + rows + ", " + cols + "] (expected 1 or more each)");
    }
    this.rows = rows;
    this.cols = cols;
    this.precision = precision;
    int panels = panels();
    this.floats = precision == Precision.F32 ? new float[panels][] : new float[0][];
    boolean halves = precision == Precision.BF16 || precision == Precision.F16;
    this.shorts = halves ? new short[panels][] : new short[0][];
    this.codes = precision == Precision.FP8_E4M3 ? new byte[panels][] : new byte[0][];
    this.scales = precision == Precision.FP8_E4M3 ? new float[panels][] : new float[0][];
    this.groupStart = fp8.groupStart();
  }

  /** Where packing takes its bytes from: a file region, a slice or a transposed view of one. */
  @FunctionalInterface
  public interface RowBytes {
    /**
     * Little-endian elements of rows {@code first} to {@code first + count - 1}, row after row, in
     * a buffer positioned at the first of them.
     */
    ByteBuffer read(int first, int count);
  }

  /** Multiplier of one row within one group of columns. */
  @FunctionalInterface
  public interface ScaleOf {
    /** The multiplier of row {@code row} in column group {@code group}. */
    float scale(int row, int group);
  }

  /**
   * How FP8 codes are scaled.
   *
   * @param groupStart first column of each group, then the column count; ascending
   * @param scaleOf multiplier by row and group
   */
  public record Fp8Scales(int[] groupStart, ScaleOf scaleOf) {
    /** For precisions without scales. */
    public static final Fp8Scales NONE = new Fp8Scales(new int[0], (row, group) -> 1f);

    public Fp8Scales {
      groupStart = groupStart.clone();
    }

    @Override
    public int[] groupStart() {
      return groupStart.clone();
    }
  }

  /**
   * Packs a matrix panel by panel, so that no second whole copy ever exists.
   *
   * @throws IllegalArgumentException if an element is NaN or infinite, naming its row and column
   */
  public static WeightMatrix pack(
      int rows, int cols, Precision precision, RowBytes source, Fp8Scales fp8) {
    WeightMatrix matrix = new WeightMatrix(rows, cols, precision, fp8);
    for (int p = 0; p < matrix.panels(); p++) {
      int first = p * PANEL;
      int count = Math.min(PANEL, rows - first);
      ByteBuffer bytes = source.read(first, count).order(ByteOrder.LITTLE_ENDIAN);
      matrix.packPanel(p, count, bytes);
      if (precision == Precision.FP8_E4M3) {
        matrix.packScales(p, count, fp8.scaleOf());
      }
      matrix.checkFinite(p, count);
    }
    return matrix;
  }

  /** Packs float32 values given row-major [rows, cols]. */
  public static WeightMatrix of(int rows, int cols, float[] rowMajor) {
    if (rowMajor.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          "Invalid weight length: " + rowMajor.length + " (expected " + rows + " * " + cols + ")");
    }
    RowBytes source =
        (first, count) -> {
          ByteBuffer buffer = ByteBuffer.allocate(count * cols * Float.BYTES);
          buffer.order(ByteOrder.LITTLE_ENDIAN);
          buffer.asFloatBuffer().put(rowMajor, first * cols, count * cols);
          return buffer;
        };
    return pack(rows, cols, Precision.F32, source, Fp8Scales.NONE);
  }

  private void packPanel(int p, int count, ByteBuffer bytes) {
    int width = width(p);
    int size = Math.multiplyExact(width, cols);
    int base = bytes.position();
    switch (precision) {
      case F32 -> {
        float[] panel = new float[size];
        for (int r = 0; r < count; r++) {
          for (int k = 0; k < cols; k++) {
            panel[k * width + r] = bytes.getFloat(base + (r * cols + k) * 4);
          }
        }
        floats[p] = panel;
      }
      case BF16, F16 -> {
        short[] panel = new short[size];
        for (int r = 0; r < count; r++) {
          for (int k = 0; k < cols; k++) {
            panel[k * width + r] = bytes.getShort(base + (r * cols + k) * 2);
          }
        }
        shorts[p] = panel;
      }
      case FP8_E4M3 -> {
        byte[] panel = new byte[size];
        for (int r = 0; r < count; r++) {
          for (int k = 0; k < cols; k++) {
            panel[k * width + r] = bytes.get(base + r * cols + k);
          }
        }
        codes[p] = panel;
      }
    }
  }

  private void packScales(int p, int count, ScaleOf scaleOf) {
    int width = width(p);
    int groups = groups();
    float[] panel = new float[groups * width];
    for (int g = 0; g < groups; g++) {
      for (int r = 0; r < count; r++) {
        panel[g * width + r] = scaleOf.scale(p * PANEL + r, g);
      }
    }
    scales[p] = panel;
  }

  private void checkFinite(int p, int count) {
    int width = width(p);
    for (int k = 0; k < cols; k++) {
      for (int r = 0; r < count; r++) {
        if (!isFinite(p, k * width + r)) {
          throw notFinite(p * PANEL + r, k);
        }
      }
    }
    for (int g = 0; g < groups(); g++) {
      for (int r = 0; r < count; r++) {
        if (!Float.isFinite(scales[p][g * width + r] * E4M3_LARGEST)) {
          throw notFinite(p * PANEL + r, groupStart[g]);
        }
      }
    }
  }

  private boolean isFinite(int p, int index) {
    return switch (precision) {
      case F32 -> Float.isFinite(floats[p][index]);
      case BF16 -> (shorts[p][index] & 0x7F80) != 0x7F80;
      case F16 -> (shorts[p][index] & 0x7C00) != 0x7C00;
      case FP8_E4M3 -> (codes[p][index] & 0x7F) != 0x7F;
    };
  }

  private IllegalArgumentException notFinite(int row, int col) {
    return new IllegalArgumentException(
        "value at [" + row + ", " + col + "] is " + at(row, col) + " (expected a finite number)");
  }

  /** Outputs. */
  public int rows() {
    return rows;
  }

  /** Inputs. */
  public int cols() {
    return cols;
  }

  /** The stored precision. */
  public Precision precision() {
    return precision;
  }

  /** Panels of {@link #PANEL} outputs. */
  public int panels() {
    return (rows + PANEL - 1) / PANEL;
  }

  /** Outputs that panel {@code p} has room for: {@link #PANEL}, or less in the last panel. */
  public int width(int p) {
    int left = rows - p * PANEL;
    return left >= PANEL ? PANEL : (left + LANES - 1) / LANES * LANES;
  }

  /** Column groups that share FP8 scales; 0 for other precisions. */
  public int groups() {
    return Math.max(0, groupStart.length - 1);
  }

  /** First column of group {@code g}; of {@link #groups()}, the column count. */
  public int groupStart(int g) {
    return groupStart[g];
  }

  /** Panel {@code p} of an F32 matrix. */
  public float[] floats(int p) {
    return floats[p];
  }

  /** Panel {@code p} of a BF16 or F16 matrix. */
  public short[] shorts(int p) {
    return shorts[p];
  }

  /** Panel {@code p} of an FP8 matrix: its codes. */
  public byte[] codes(int p) {
    return codes[p];
  }

  /** Scales of panel {@code p} of an FP8 matrix, [groups, width]. */
  public float[] scales(int p) {
    return scales[p];
  }

  /** Element (row, col) as float32. Convenient, not fast. */
  public float at(int row, int col) {
    int p = row / PANEL;
    int width = width(p);
    int lane = row % PANEL;
    int index = col * width + lane;
    return switch (precision) {
      case F32 -> floats[p][index];
      case BF16 -> Widening.bf16(shorts[p][index]);
      case F16 -> Widening.f16(shorts[p][index]);
      case FP8_E4M3 -> Widening.e4m3(codes[p][index]) * scales[p][groupOf(col) * width + lane];
    };
  }

  private int groupOf(int col) {
    int g = 0;
    while (groupStart[g + 1] <= col) {
      g++;
    }
    return g;
  }

  /** Bytes held, padding and scales included. */
  public long bytes() {
    long total = 0;
    for (int p = 0; p < panels(); p++) {
      total += (long) width(p) * cols * precision.bytes();
      total += (long) width(p) * groups() * Float.BYTES;
    }
    return total;
  }
}
