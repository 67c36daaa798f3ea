package org.longread.kernels.ops.cpu;

import java.util.Arrays;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/**
 * y = x Wᵀ for packed weights of any stored precision.
 *
 * <p>Whole panels of many rows go to {@link StripProduct} where vectors are narrow.
 *
 * <p>Belongs to one call of one thread. Owns a float32 copy of at most {@link #DEPTH} columns of
 * one panel (128 KiB), shared by all rows, and, for a matrix whose last panel is padded, that
 * panel's part of y.
 */
final class MatrixProduct {
  /** Columns of a panel taken together: 64 outputs of them stay in the second-level cache. */
  private static final int DEPTH = 512;

  /**
   * The same for few rows, which leave more of that cache: reading weights from beyond it, and
   * nothing else, is what costs, and a long run of them is read ahead best.
   */
  private static final int DEEP = 2048;

  private static final int FEW_ROWS = 32;

  private final PanelProduct product = new PanelProduct();
  private float[] widened = new float[0];

  /**
   * Computes y = x Wᵀ.
   *
   * <pre>
   * x  [t, cols]  y  [t, rows]
   * </pre>
   */
  void multiply(int t, Rows x, WeightMatrix weight, Rows y) {
    int inStrips = StripProduct.takes(t, weight) ? weight.rows() / WeightMatrix.PANEL : 0;
    if (inStrips > 0) {
      new StripProduct().multiply(t, x, weight, y);
    }
    for (int p = inStrips; p < weight.panels(); p++) {
      int width = weight.width(p);
      int outputs = Math.min(WeightMatrix.PANEL, weight.rows() - p * WeightMatrix.PANEL);
      if (outputs == width) {
        multiplyPanel(t, x, weight, p, y.column(p * WeightMatrix.PANEL));
        continue;
      }
      Rows padded = Rows.of(new float[t * width], width);
      multiplyPanel(t, x, weight, p, padded);
      for (int i = 0; i < t; i++) {
        int at = y.at(i) + p * WeightMatrix.PANEL;
        System.arraycopy(padded.data(), padded.at(i), y.data(), at, outputs);
      }
    }
  }

  private void multiplyPanel(int t, Rows x, WeightMatrix weight, int p, Rows y) {
    int width = weight.width(p);
    boolean halves = weight.precision() == Precision.BF16 && width % (2 * Lanes.COUNT) == 0;
    if (halves && t <= HalfTiles.MOST_ROWS) {
      product.left(x.data(), x.offset(), x.stride(), 1).into(y.data(), y.offset(), y.stride());
      HalfTiles.multiply(product, weight.shorts(p), t, width, weight.cols());
      return;
    }
    for (int i = 0; i < t; i++) {
      Arrays.fill(y.data(), y.at(i), y.at(i) + width, 0f);
    }
    product.into(y.data(), y.offset(), y.stride());
    int depth = t <= FEW_ROWS && weight.precision() == Precision.F32 ? DEEP : DEPTH;
    for (int first = 0; first < weight.cols(); first += depth) {
      int count = Math.min(depth, weight.cols() - first);
      product.left(x.data(), x.offset() + first, x.stride(), 1);
      if (weight.precision() == Precision.F32) {
        product.right(weight.floats(p), first * width, width);
      } else {
        product.right(widen(weight, p, first, count), 0, width);
      }
      product.add(t, width, count);
    }
  }

  /** Columns {@code first} on of panel {@code p} as float32, valid until the next call. */
  float[] widen(WeightMatrix weight, int p, int first, int count) {
    int size = count * weight.width(p);
    if (widened.length < size) {
      widened = new float[size];
    }
    PanelWidening.widen(weight, p, first, count, widened);
    return widened;
  }
}
