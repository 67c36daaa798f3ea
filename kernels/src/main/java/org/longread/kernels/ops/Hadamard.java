package org.longread.kernels.ops;

/**
 * The rotation that spreads outliers before an index query or key is quantised (dsa-spec section
 * 3): the Walsh-Hadamard matrix in Sylvester order, {@code H[i][j] = (-1)^popcount(i & j)}, times
 * d^-1/2. It is orthogonal and symmetric; on both sides of a dot product it changes nothing but
 * rounding, on one side everything.
 */
public final class Hadamard {
  private Hadamard() {}

  /**
   * Rotates {@code x[at .. at + dim - 1]} in place. Float32, log2(dim) rounds of sums and
   * differences, then one product.
   *
   * @param dim a power of two
   */
  public static void rotate(float[] x, int at, int dim) {
    if (Integer.bitCount(dim) != 1) {
      throw new IllegalArgumentException("Invalid dim: " + dim + " (expected a power of two)");
    }
    for (int half = 1; half < dim; half *= 2) {
      for (int i = 0; i < dim; i++) {
        if ((i & half) == 0) {
          float a = x[at + i];
          float b = x[at + i + half];
          x[at + i] = a + b;
          x[at + i + half] = a - b;
        }
      }
    }
    float factor = (float) (1 / Math.sqrt(dim));
    for (int i = 0; i < dim; i++) {
      x[at + i] *= factor;
    }
  }
}
