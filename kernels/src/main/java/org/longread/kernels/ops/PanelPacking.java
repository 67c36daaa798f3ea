package org.longread.kernels.ops;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns stored rows into the columns of a panel, several elements at a time: a model that is
 * streamed is packed anew for every sweep.
 *
 * <pre>
 * stored  [count, cols]   little-endian elements from a byte offset on
 * panel   [cols, width]   element (k, r) = stored (r, k); lanes count .. width - 1 become zero
 * </pre>
 */
final class PanelPacking {
  /** Columns taken together: their part of a panel stays in the first-level cache. */
  private static final int TILE = 64;

  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);

  private static final long LOW_WORDS = 0x0000_0000_FFFF_FFFFL;
  private static final long LOW_PAIRS = 0x0000_FFFF_0000_FFFFL;
  private static final long LOW_BYTES = 0x00FF_00FF_00FF_00FFL;

  private PanelPacking() {}

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }

  static void bytes(byte[] stored, int at, int count, int cols, byte[] panel, int width) {
    clearPadding(panel, count, cols, width);
    for (int first = 0; first < cols; first += TILE) {
      int end = Math.min(cols, first + TILE);
      int rows = count - count % 8;
      int whole = first + (end - first) / 8 * 8;
      for (int r = 0; r < rows; r += 8) {
        for (int k = first; k < whole; k += 8) {
          transpose8(stored, at + r * cols + k, cols, panel, k * width + r, width);
        }
      }
      for (int r = 0; r < count; r++) {
        for (int k = r < rows ? whole : first; k < end; k++) {
          panel[k * width + r] = stored[at + r * cols + k];
        }
      }
    }
  }

  private static void clearPadding(byte[] panel, int count, int cols, int width) {
    for (int k = 0; k < cols; k++) {
      for (int r = count; r < width; r++) {
        panel[k * width + r] = 0;
      }
    }
  }

  /** Eight rows of eight bytes, {@code row} apart, into eight columns, {@code step} apart. */
  private static void transpose8(byte[] from, int at, int row, byte[] to, int target, int step) {
    long a0 = (long) LONGS.get(from, at);
    long a1 = (long) LONGS.get(from, at + row);
    long a2 = (long) LONGS.get(from, at + 2 * row);
    long a3 = (long) LONGS.get(from, at + 3 * row);
    long a4 = (long) LONGS.get(from, at + 4 * row);
    long a5 = (long) LONGS.get(from, at + 5 * row);
    long a6 = (long) LONGS.get(from, at + 6 * row);
    long a7 = (long) LONGS.get(from, at + 7 * row);
    long b0 = low(a0, a4, LOW_WORDS, 32);
    long b4 = high(a0, a4, LOW_WORDS, 32);
    long b1 = low(a1, a5, LOW_WORDS, 32);
    long b5 = high(a1, a5, LOW_WORDS, 32);
    long b2 = low(a2, a6, LOW_WORDS, 32);
    long b6 = high(a2, a6, LOW_WORDS, 32);
    long b3 = low(a3, a7, LOW_WORDS, 32);
    long b7 = high(a3, a7, LOW_WORDS, 32);
    long c0 = low(b0, b2, LOW_PAIRS, 16);
    long c2 = high(b0, b2, LOW_PAIRS, 16);
    long c1 = low(b1, b3, LOW_PAIRS, 16);
    long c3 = high(b1, b3, LOW_PAIRS, 16);
    long c4 = low(b4, b6, LOW_PAIRS, 16);
    long c6 = high(b4, b6, LOW_PAIRS, 16);
    long c5 = low(b5, b7, LOW_PAIRS, 16);
    long c7 = high(b5, b7, LOW_PAIRS, 16);
    LONGS.set(to, target, low(c0, c1, LOW_BYTES, 8));
    LONGS.set(to, target + step, high(c0, c1, LOW_BYTES, 8));
    LONGS.set(to, target + 2 * step, low(c2, c3, LOW_BYTES, 8));
    LONGS.set(to, target + 3 * step, high(c2, c3, LOW_BYTES, 8));
    LONGS.set(to, target + 4 * step, low(c4, c5, LOW_BYTES, 8));
    LONGS.set(to, target + 5 * step, high(c4, c5, LOW_BYTES, 8));
    LONGS.set(to, target + 6 * step, low(c6, c7, LOW_BYTES, 8));
    LONGS.set(to, target + 7 * step, high(c6, c7, LOW_BYTES, 8));
  }

  /** The masked parts of both side by side, the first's below. */
  private static long low(long first, long second, long mask, int shift) {
    return (first & mask) | ((second & mask) << shift);
  }

  /** The other parts. */
  private static long high(long first, long second, long mask, int shift) {
    return ((first >>> shift) & mask) | (second & ~mask);
  }

  static void shorts(byte[] stored, int at, int count, int cols, short[] panel, int width) {
    for (int k = 0; k < cols && count < width; k++) {
      for (int r = count; r < width; r++) {
        panel[k * width + r] = 0;
      }
    }
    for (int first = 0; first < cols; first += TILE) {
      int end = Math.min(cols, first + TILE);
      for (int r = 0; r < count; r++) {
        shortsOfRow(stored, at + r * cols * 2, first, end, panel, r, width);
      }
    }
  }

  private static void shortsOfRow(
      byte[] stored, int row, int first, int end, short[] panel, int r, int width) {
    int k = first;
    for (; k + 4 <= end; k += 4) {
      long four = (long) LONGS.get(stored, row + k * 2);
      int target = k * width + r;
      panel[target] = (short) four;
      panel[target + width] = (short) (four >>> 16);
      panel[target + 2 * width] = (short) (four >>> 32);
      panel[target + 3 * width] = (short) (four >>> 48);
    }
    for (; k < end; k++) {
      panel[k * width + r] = (short) SHORTS.get(stored, row + k * 2);
    }
  }

  static void floats(byte[] stored, int at, int count, int cols, float[] panel, int width) {
    for (int k = 0; k < cols && count < width; k++) {
      for (int r = count; r < width; r++) {
        panel[k * width + r] = 0;
      }
    }
    for (int first = 0; first < cols; first += TILE) {
      int end = Math.min(cols, first + TILE);
      for (int r = 0; r < count; r++) {
        int row = at + r * cols * 4;
        for (int k = first; k < end; k++) {
          panel[k * width + r] = Float.intBitsToFloat((int) INTS.get(stored, row + k * 4));
        }
      }
    }
  }

  /** Whether every stored element is finite: none has all bits of its exponent set. */
  static boolean allFinite(Precision precision, byte[] stored, int at, int size) {
    return switch (precision) {
      case F32 -> noneFull(stored, at, size, 0x7F80_0000_7F80_0000L, 0x0080_0000_0080_0000L);
      case BF16 -> noneFull(stored, at, size, 0x7F80_7F80_7F80_7F80L, 0x0080_0080_0080_0080L);
      case F16 -> noneFull(stored, at, size, 0x7C00_7C00_7C00_7C00L, 0x0400_0400_0400_0400L);
      // Of E4M3 only the code with all but the sign set is no number.
      case FP8_E4M3 -> noneFull(stored, at, size, 0x7F7F_7F7F_7F7F_7F7FL, 0x0101_0101_0101_0101L);
    };
  }

  /**
   * Whether in no element all bits of {@code mask} are set: adding the lowest of them then carries
   * into the sign, which {@code mask} leaves out.
   */
  private static boolean noneFull(byte[] stored, int at, int size, long mask, long lowest) {
    long signs = (mask + lowest) & ~mask;
    long carried = 0;
    int i = 0;
    for (; i + Long.BYTES <= size; i += Long.BYTES) {
      carried |= ((long) LONGS.get(stored, at + i) & mask) + lowest;
    }
    long last = 0;
    for (int shift = 0; i < size; i++, shift += 8) {
      last |= (stored[at + i] & 0xFFL) << shift;
    }
    carried |= (last & mask) + lowest;
    return (carried & signs) == 0;
  }
}
