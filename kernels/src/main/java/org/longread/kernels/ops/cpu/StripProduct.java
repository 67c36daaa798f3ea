package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.PanelTiles.STRIP;

import java.util.Arrays;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/**
 * y = x Wᵀ of many rows where a tile is narrower than a panel: both are laid out for the tile
 * first.
 *
 * <pre>
 * strips  [PANEL / STRIP, columns, STRIP]  some columns of a panel as float32
 * fours   [rows / 4, columns, 4]           the same columns of x, four rows side by side
 * </pre>
 *
 * <p>As stored, two vectors of each of a panel's columns would fill a quarter of the sets of the
 * first-level cache and leave the others empty, and four rows of x would take four addresses.
 *
 * <p>Belongs to one call of one thread and owns both arrays: 640 KiB at most.
 */
final class StripProduct {
  /** Columns taken together: a strip of them is as large as the first-level cache. */
  private static final int DEPTH = 512;

  /** Rows taken together, which share a panel that is laid out. */
  private static final int MOST_ROWS = 256;

  /** Rows that pay for laying out a panel, if it is widened anyway, and if it is not. */
  private static final int LEAST_ROWS = 8;

  private static final int LEAST_ROWS_OF_F32 = 32;

  private float[] strips = new float[0];
  private float[] fours = new float[0];
  private int first;
  private int count;

  /** Whether so many rows are worth the laying out. */
  static boolean takes(int t, WeightMatrix weight) {
    boolean stored = weight.precision() == Precision.F32;
    return Lanes.COUNT == 8 && t >= (stored ? LEAST_ROWS_OF_F32 : LEAST_ROWS);
  }

  /** Computes the outputs of all whole panels. */
  void multiply(int t, Rows x, WeightMatrix weight, Rows y) {
    for (int i = 0; i < t; i += MOST_ROWS) {
      multiplyBlock(Math.min(MOST_ROWS, t - i), x.from(i), weight, y.from(i));
    }
  }

  private void multiplyBlock(int t, Rows x, WeightMatrix weight, Rows y) {
    int panels = weight.rows() / WeightMatrix.PANEL;
    int depth = Math.min(DEPTH, weight.cols());
    strips = new float[depth * WeightMatrix.PANEL];
    fours = new float[t * depth];
    for (int i = 0; i < t; i++) {
      Arrays.fill(y.data(), y.at(i), y.at(i) + panels * WeightMatrix.PANEL, 0f);
    }
    for (first = 0; first < weight.cols(); first += depth) {
      count = Math.min(depth, weight.cols() - first);
      for (int i = 0; i + 4 <= t; i += 4) {
        takeFour(x.data(), x.at(i) + first, x.stride(), i * count);
      }
      for (int p = 0; p < panels; p++) {
        PanelWidening.widenStrips(weight, p, first, count, strips);
        addPanel(t, x, y.column(p * WeightMatrix.PANEL));
      }
    }
  }

  private void takeFour(float[] x, int at, int row, int to) {
    for (int k = 0; k < count; k++) {
      fours[to + 4 * k] = x[at + k];
      fours[to + 4 * k + 1] = x[at + row + k];
      fours[to + 4 * k + 2] = x[at + 2 * row + k];
      fours[to + 4 * k + 3] = x[at + 3 * row + k];
    }
  }

  private void addPanel(int t, Rows x, Rows y) {
    int whole = t / 4 * 4;
    PanelProduct rest = new PanelProduct();
    for (int c = 0; c < WeightMatrix.PANEL; c += STRIP) {
      int at = c * count;
      for (int i = 0; i < whole; i += 4) {
        int to = y.at(i) + c;
        PanelTiles.addStrip(fours, i * count, strips, at, y.data(), to, y.stride(), count);
      }
      if (whole < t) {
        rest.left(x.data(), x.at(whole) + first, x.stride(), 1).right(strips, at, STRIP);
        rest.into(y.data(), y.at(whole) + c, y.stride()).add(t - whole, STRIP, count);
      }
    }
  }
}
