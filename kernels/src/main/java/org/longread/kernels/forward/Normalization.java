package org.longread.kernels.forward;

import org.longread.kernels.ops.Rows;

/** The two norms of the model, in float32, sums as one chain over ascending columns. */
public final class Normalization {
  /** Rows summed side by side. */
  private static final int TOGETHER = 4;

  private Normalization() {}

  /**
   * RMSNorm: w x (mean(x²) + eps)^-1/2.
   *
   * <pre>
   * x  [t, width]  out  [t, width], may be x itself
   * </pre>
   */
  public static void rms(int t, Rows x, float[] weight, float eps, Rows out) {
    int width = weight.length;
    float[] sums = new float[TOGETHER];
    int i = 0;
    for (; i + TOGETHER <= t; i += TOGETHER) {
      sumsOfSquares(x, i, width, sums);
      for (int n = 0; n < TOGETHER; n++) {
        scale(x, i + n, sums[n], weight, eps, out);
      }
    }
    for (; i < t; i++) {
      scale(x, i, sumOfSquares(x, i, width), weight, eps, out);
    }
  }

  private static float sumOfSquares(Rows x, int row, int width) {
    float[] data = x.data();
    int from = x.at(row);
    float sum = 0f;
    for (int c = from; c < from + width; c++) {
      sum = Math.fma(data[c], data[c], sum);
    }
    return sum;
  }

  /** Sums of four rows: a chain waits for each of its links, four chains wait together. */
  private static void sumsOfSquares(Rows x, int row, int width, float[] sums) {
    float[] data = x.data();
    int from0 = x.at(row);
    int from1 = x.at(row + 1);
    int from2 = x.at(row + 2);
    int from3 = x.at(row + 3);
    float sum0 = 0f;
    float sum1 = 0f;
    float sum2 = 0f;
    float sum3 = 0f;
    for (int c = 0; c < width; c++) {
      sum0 = Math.fma(data[from0 + c], data[from0 + c], sum0);
      sum1 = Math.fma(data[from1 + c], data[from1 + c], sum1);
      sum2 = Math.fma(data[from2 + c], data[from2 + c], sum2);
      sum3 = Math.fma(data[from3 + c], data[from3 + c], sum3);
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
  }

  private static void scale(Rows x, int row, float sum, float[] weight, float eps, Rows out) {
    float inverse = (float) (1 / Math.sqrt(sum / weight.length + eps));
    int from = x.at(row);
    int to = out.at(row);
    for (int c = 0; c < weight.length; c++) {
      out.data()[to + c] = x.data()[from + c] * inverse * weight[c];
    }
  }

  /**
   * LayerNorm with bias and biased variance: w (x - mean) (variance + eps)^-1/2 + b.
   *
   * <pre>
   * x  [t, width]  in place
   * </pre>
   */
  public static void layer(int t, Rows x, float[] weight, float[] bias, float eps) {
    int width = weight.length;
    for (int i = 0; i < t; i++) {
      int at = x.at(i);
      float sum = 0f;
      for (int c = 0; c < width; c++) {
        sum += x.data()[at + c];
      }
      float mean = sum / width;
      float squares = 0f;
      for (int c = 0; c < width; c++) {
        float centred = x.data()[at + c] - mean;
        squares = Math.fma(centred, centred, squares);
      }
      float inverse = (float) (1 / Math.sqrt(squares / width + eps));
      for (int c = 0; c < width; c++) {
        float centred = x.data()[at + c] - mean;
        x.data()[at + c] = Math.fma(centred * inverse, weight[c], bias[c]);
      }
    }
  }
}
