package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;

/**
 * Adds the product of a small strided matrix and a panel to rows of float32.
 *
 * <pre>
 * x      [rows, depth]     x[xAt + i * xRow + k * xStep]
 * panel  [depth, columns]  panel[panelAt + k * panelWidth + c]
 * y      [rows, columns]   y[yAt + i * yRow + c] += Σ_k x[i,k] panel[k,c], k ascending, one chain
 * </pre>
 *
 * <p>Lanes lie over columns, so the sum of an element never depends on the width of a vector or on
 * the rows beside it. Operands are set once and kept until set again. Belongs to one call of one
 * thread; owns no array.
 */
final class PanelProduct {
  /** Vectors per widest tile: AVX2 has 16 registers, the others 32. */
  private static final int WIDEST = COUNT == 8 ? 2 : 4;

  float[] x;
  int xAt;
  int xRow;
  int xStep;
  float[] panel;
  int panelAt;
  int panelWidth;
  float[] y;
  int yAt;
  int yRow;
  int depth;

  /** Sets x: {@code row} elements from one row to the next, {@code step} from one k to the next. */
  PanelProduct left(float[] data, int at, int row, int step) {
    x = data;
    xAt = at;
    xRow = row;
    xStep = step;
    return this;
  }

  /** Sets the panel: {@code width} elements from one k to the next. */
  PanelProduct right(float[] data, int at, int width) {
    panel = data;
    panelAt = at;
    panelWidth = width;
    return this;
  }

  /** Sets y: {@code row} elements from one row to the next. */
  PanelProduct into(float[] data, int at, int row) {
    y = data;
    yAt = at;
    yRow = row;
    return this;
  }

  /** Adds the product; {@code columns} is a multiple of the lane count. */
  void add(int rows, int columns, int depth) {
    assert columns % COUNT == 0;
    this.depth = depth;
    int c = 0;
    if (WIDEST == 4) {
      for (; c + 4 * COUNT <= columns; c += 4 * COUNT) {
        addFourVectors(rows, c);
      }
    }
    for (; c + 2 * COUNT <= columns; c += 2 * COUNT) {
      addTwoVectors(rows, c);
    }
    if (WIDEST == 2) {
      for (int i = rows / 4 * 4; i < rows; i++) {
        addOneRow(i, c);
      }
    }
    if (c < columns) {
      addOneVector(rows, c);
    }
  }

  private void addFourVectors(int rows, int c) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      PanelTiles.add4x4(this, i, c);
    }
    for (; i < rows; i++) {
      PanelTiles.add1x4(this, i, c);
    }
  }

  private void addTwoVectors(int rows, int c) {
    int i = 0;
    if (xRow == 1) {
      for (; i + 4 <= rows; i += 4) {
        PanelTiles.addBeside4x2(this, i, c);
      }
    } else {
      for (; i + 4 <= rows; i += 4) {
        PanelTiles.add4x2(this, i, c);
      }
    }
    if (WIDEST == 4) {
      for (; i < rows; i++) {
        PanelTiles.add1x1(this, i, c);
        PanelTiles.add1x1(this, i, c + COUNT);
      }
    }
  }

  /** A row that no tile takes, over as many columns at once as there are registers for. */
  private void addOneRow(int i, int columns) {
    int c = 0;
    for (; c + 8 * COUNT <= columns; c += 8 * COUNT) {
      PanelTiles.add1x8(this, i, c);
    }
    for (; c + 4 * COUNT <= columns; c += 4 * COUNT) {
      PanelTiles.add1x4(this, i, c);
    }
    for (; c < columns; c += COUNT) {
      PanelTiles.add1x1(this, i, c);
    }
  }

  private void addOneVector(int rows, int c) {
    int i = 0;
    if (xStep == 1) {
      for (; i + 8 <= rows; i += 8) {
        PanelTiles.add8x1(this, i, c);
      }
    }
    for (; i + 4 <= rows; i += 4) {
      PanelTiles.add4x1(this, i, c);
    }
    for (; i < rows; i++) {
      PanelTiles.add1x1(this, i, c);
    }
  }
}
