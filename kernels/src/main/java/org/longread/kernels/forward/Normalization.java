package org.longread.kernels.forward;

import org.longread.kernels.ops.Rows;

/** The two norms of the model, in float32, sums as one chain over ascending columns. */
public final class Normalization {
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
    for (int i = 0; i < t; i++) {
      int from = x.at(i);
      float sum = 0f;
      for (int c = 0; c < width; c++) {
        sum = Math.fma(x.data()[from + c], x.data()[from + c], sum);
      }
      float inverse = (float) (1 / Math.sqrt(sum / width + eps));
      int to = out.at(i);
      for (int c = 0; c < width; c++) {
        out.data()[to + c] = x.data()[from + c] * inverse * weight[c];
      }
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
