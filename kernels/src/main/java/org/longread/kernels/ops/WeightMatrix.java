package org.longread.kernels.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

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
    return pack(rows, cols, precision, source, fp8, PanelArrays.NEW);
  }

  /**
   * Packs a matrix into arrays from {@code arrays}, which may be used again when it is not.
   *
   * @throws IllegalArgumentException if an element is NaN or infinite, naming its row and column
   */
  public static WeightMatrix pack(
      int rows, int cols, Precision precision, RowBytes source, Fp8Scales fp8, PanelArrays arrays) {
    WeightMatrix matrix = new WeightMatrix(rows, cols, precision, fp8);
    for (int p = 0; p < matrix.panels(); p++) {
      int first = p * PANEL;
      int count = Math.min(PANEL, rows - first);
      ByteBuffer bytes = inArray(source.read(first, count));
      int at = bytes.arrayOffset() + bytes.position();
      int size = Math.multiplyExact(Math.multiplyExact(count, cols), precision.bytes());
      matrix.packPanel(p, count, bytes.array(), at, arrays);
      matrix.packScales(p, count, fp8.scaleOf(), arrays);
      if (!PanelPacking.allFinite(precision, bytes.array(), at, size)) {
        matrix.checkFinite(p, count);
      }
    }
    return matrix;
  }

  /**
   * Packs the transpose of stored rows: {@code elements} are [cols, rows], and a run of its
   * elements lies side by side in a panel, too.
   *
   * @param elements little-endian, from the buffer's position on
   * @throws IllegalArgumentException if an element is NaN or infinite, naming its row and column
   */
  public static WeightMatrix packTransposed(
      int rows,
      int cols,
      Precision precision,
      ByteBuffer elements,
      Fp8Scales fp8,
      PanelArrays arrays) {
    WeightMatrix matrix = new WeightMatrix(rows, cols, precision, fp8);
    ByteBuffer stored = inArray(elements);
    int start = stored.arrayOffset() + stored.position();
    int size = Math.multiplyExact(Math.multiplyExact(rows, cols), precision.bytes());
    boolean finite = PanelPacking.allFinite(precision, stored.array(), start, size);
    for (int p = 0; p < matrix.panels(); p++) {
      int first = p * PANEL;
      int count = Math.min(PANEL, rows - first);
      int width = matrix.width(p);
      byte[] panel = new byte[Math.multiplyExact(width * cols, precision.bytes())];
      for (int k = 0; k < cols; k++) {
        int from = start + (k * rows + first) * precision.bytes();
        int to = k * width * precision.bytes();
        System.arraycopy(stored.array(), from, panel, to, count * precision.bytes());
      }
      matrix.keepPanel(p, panel, arrays);
      matrix.packScales(p, count, fp8.scaleOf(), arrays);
      if (!finite) {
        matrix.checkFinite(p, count);
      }
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

  /** The same bytes in an array that can be read: a buffer may have none, or hide it. */
  private static ByteBuffer inArray(ByteBuffer bytes) {
    return bytes.hasArray() ? bytes : ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  private void packPanel(int p, int count, byte[] stored, int at, PanelArrays arrays) {
    int width = width(p);
    int size = Math.multiplyExact(width, cols);
    switch (precision) {
      case F32 -> {
        floats[p] = arrays.floats(size);
        PanelPacking.floats(stored, at, count, cols, floats[p], width);
      }
      case BF16, F16 -> {
        shorts[p] = arrays.shorts(size);
        PanelPacking.shorts(stored, at, count, cols, shorts[p], width);
      }
      case FP8_E4M3 -> {
        codes[p] = arrays.bytes(size);
        PanelPacking.bytes(stored, at, count, cols, codes[p], width);
      }
    }
  }

  /** Keeps a panel whose little-endian elements are in order already. */
  private void keepPanel(int p, byte[] panel, PanelArrays arrays) {
    int size = panel.length / precision.bytes();
    ByteBuffer bytes = ByteBuffer.wrap(panel).order(ByteOrder.LITTLE_ENDIAN);
    switch (precision) {
      case F32 -> {
        floats[p] = arrays.floats(size);
        bytes.asFloatBuffer().get(floats[p]);
      }
      case BF16, F16 -> {
        shorts[p] = arrays.shorts(size);
        bytes.asShortBuffer().get(shorts[p]);
      }
      case FP8_E4M3 -> {
        codes[p] = arrays.bytes(size);
        bytes.get(codes[p]);
      }
    }
  }

  private void packScales(int p, int count, ScaleOf scaleOf, PanelArrays arrays) {
    if (precision != Precision.FP8_E4M3) {
      return;
    }
    int width = width(p);
    int groups = groups();
    float[] panel = arrays.floats(groups * width);
    for (int g = 0; g < groups; g++) {
      for (int r = 0; r < count; r++) {
        panel[g * width + r] = scaleOf.scale(p * PANEL + r, g);
      }
      Arrays.fill(panel, g * width + count, (g + 1) * width, 0f);
    }
    scales[p] = panel;
    checkScales(p, count);
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
  }

  private void checkScales(int p, int count) {
    int width = width(p);
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
