package org.longread.kernels.ops;

import java.util.Arrays;

/**
 * Symmetric 8-bit codes: {@code x = code * scale}, codes -127 to 127, scale = max|x| / 127.
 *
 * <p>A dot product of codes over at most {@link #MOST_DIMENSIONS} dimensions stays below 2^24, so
 * float32 fused multiply-adds compute it exactly, in any order.
 */
public final class Int8Codes {
  /** Dimensions up to which a float32 dot of codes is exact: 127 * 127 * 1040 < 2^24. */
  public static final int MOST_DIMENSIONS = 1040;

  private static final float LARGEST = 127f;

  private Int8Codes() {}

  /**
   * Replaces {@code x[at .. at + n - 1]} by its codes, as whole floats, and yields their scale. An
   * all-zero vector, or one too small for a normal scale, has codes 0 and scale 1; NaN and infinity
   * give a NaN scale.
   */
  public static float quantize(float[] x, int at, int n) {
    float peak = 0f;
    for (int i = at; i < at + n; i++) {
      float magnitude = Math.abs(x[i]);
      peak = magnitude > peak || Float.isNaN(magnitude) ? magnitude : peak;
    }
    if (!Float.isFinite(peak)) {
      return Float.NaN;
    }
    float scale = peak / LARGEST;
    if (scale < Float.MIN_NORMAL) {
      Arrays.fill(x, at, at + n, 0f);
      return 1f;
    }
    for (int i = at; i < at + n; i++) {
      float code = (float) Math.rint(x[i] / scale);
      x[i] = Math.max(-LARGEST, Math.min(LARGEST, code));
    }
    return scale;
  }
}
