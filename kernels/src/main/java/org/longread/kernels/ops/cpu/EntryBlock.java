package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.TokenPages;

/**
 * Cache rows that attention chose, gathered for one block of the softmax.
 *
 * <pre>
 * data  [planes, 64, STRIDE]  columns p * WIDTH on of each row, the last plane perhaps fewer
 * </pre>
 *
 * <p>The stride is a constant, so that a tile of sixteen rows needs one address and not sixteen.
 * Rows beyond those gathered hold what was there before: finite, and not to be used. Belongs to one
 * call of one thread and owns the array.
 */
final class EntryBlock {
  /**
   * Columns of a plane, a multiple of every tile. With 16 lanes a cached row of the published
   * models is one; narrower rows mostly run on fewer lanes, or as {@link FewHeadsAttention}.
   */
  static final int WIDTH = Lanes.COUNT == 16 ? 576 : 192;

  /** Floats from a row to the next: an odd number of cache lines, which spreads columns evenly. */
  static final int STRIDE = WIDTH + 16;

  private static final int PLANE = KernelOps.SOFTMAX_BLOCK * STRIDE;

  /** Rows brought near at once: they fit in L1 beside their copies. */
  private static final int GROUP = 16;

  private static final int LINE = 16;

  final float[] data;
  private final TokenPages cache;

  /** What was read ahead, summed; nobody needs it, but without it nothing would be read. */
  float touched;

  EntryBlock(TokenPages cache) {
    this.cache = cache;
    int planes = (cache.width() + WIDTH - 1) / WIDTH;
    this.data = new float[Math.multiplyExact(planes, PLANE)];
  }

  /** Gathers {@code count} cache rows, named from {@code list[from]} on. */
  void gather(int[] list, int from, int count) {
    for (int b = 0; b < count; b += GROUP) {
      int end = Math.min(count, b + GROUP);
      for (int j = b; j < end; j++) {
        int s = list[from + j];
        touch(cache.page(s / TokenPages.PAGE), s % TokenPages.PAGE * cache.width());
      }
      for (int j = b; j < end; j++) {
        int s = list[from + j];
        copy(cache.page(s / TokenPages.PAGE), s % TokenPages.PAGE * cache.width(), j);
      }
    }
  }

  /**
   * Reads one value of every cache line of a row. Many such loads are under way at once, twice as
   * many as while copying, where stores wait for lines as well.
   */
  private void touch(float[] page, int at) {
    float a = 0f;
    float b = 0f;
    int end = at + cache.width() - LINE;
    for (int c = at; c < end; c += 2 * LINE) {
      a += page[c];
      b += page[c + LINE];
    }
    touched = a + b;
  }

  private void copy(float[] page, int at, int b) {
    for (int c = 0; c < cache.width(); c += WIDTH) {
      System.arraycopy(page, at + c, data, at(b, c), Math.min(WIDTH, cache.width() - c));
    }
  }

  /** Where column {@code c} of row {@code b} is; the columns up to the plane's end follow it. */
  static int at(int b, int c) {
    return c / WIDTH * PLANE + b * STRIDE + c % WIDTH;
  }
}
