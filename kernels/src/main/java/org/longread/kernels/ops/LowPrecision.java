package org.longread.kernels.ops;

/**
 * Rounding of float32 to what the published low-precision path stores (dsa-spec section 3): E4M3
 * codes with a scale per {@link #GROUP} values, and bfloat16. {@link Widening} is the way back.
 */
public final class LowPrecision {
  /** Consecutive values of a row that share a scale. */
  public static final int GROUP = 128;

  private static final float E4M3_LARGEST = 448f;
  private static final float E4M3_SMALLEST_NORMAL = 0x1p-6f;
  private static final float E4M3_SUBNORMAL_STEPS = 0x1p9f;
  private static final byte E4M3_NAN = 0x7F;
  private static final float SMALLEST_PEAK = 1e-4f;

  private LowPrecision() {}

  /** What a scale may be. */
  public enum ScaleFormat {
    /** Any float32: the group's largest magnitude times float32(1/448). */
    FLOAT,
    /** The next power of two at or above that, "ue8m0". */
    POWER_OF_TWO
  }

  /**
   * Rows of codes with their scales; value = e4m3(code) * scale.
   *
   * @param codes [rows, width]
   * @param scales [rows, ceil(width / GROUP)]
   */
  public record Quantized(byte[] codes, float[] scales) {}

  /** The E4M3 "fn" code nearest to x, ties to even; beyond 448 the code of 448; NaN stays NaN. */
  public static byte e4m3(float x) {
    if (Float.isNaN(x)) {
      return E4M3_NAN;
    }
    int sign = Float.floatToRawIntBits(x) >>> 24 & 0x80;
    float magnitude = Math.min(Math.abs(x), E4M3_LARGEST);
    if (magnitude < E4M3_SMALLEST_NORMAL) {
      return (byte) (sign | (int) Math.rint(magnitude * E4M3_SUBNORMAL_STEPS));
    }
    int bits = Float.floatToRawIntBits(magnitude);
    int rounded = bits + 0x7FFFF + (bits >>> 20 & 1);
    // Three mantissa bits are left; the exponent's bias goes from 127 to 7.
    return (byte) (sign | (rounded >>> 20) - (120 << 3));
  }

  /** The bfloat16 nearest to x, ties to even, as float32; NaN stays NaN. */
  public static float bf16(float x) {
    if (Float.isNaN(x)) {
      return x;
    }
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF_0000);
  }

  /**
   * Quantises finite activations: per group, scale = max(largest magnitude, 1e-4) / 448 in the
   * given format, code = e4m3(x / scale).
   *
   * <pre>
   * x  [rows, width]  float32; the last group of a row may be narrower
   * </pre>
   */
  public static Quantized quantize(Rows x, int rows, int width, ScaleFormat format) {
    int groups = (width + GROUP - 1) / GROUP;
    Quantized result = new Quantized(new byte[rows * width], new float[rows * groups]);
    for (int i = 0; i < rows; i++) {
      for (int g = 0; g < groups; g++) {
        int first = g * GROUP;
        int count = Math.min(GROUP, width - first);
        float scale = scale(x.data(), x.at(i) + first, count, format);
        result.scales()[i * groups + g] = scale;
        for (int c = first; c < first + count; c++) {
          result.codes()[i * width + c] = e4m3(x.data()[x.at(i) + c] / scale);
        }
      }
    }
    return result;
  }

  private static float scale(float[] x, int at, int count, ScaleFormat format) {
    float peak = SMALLEST_PEAK;
    for (int c = 0; c < count; c++) {
      peak = Math.max(peak, Math.abs(x[at + c]));
    }
    float scale = peak * (1 / E4M3_LARGEST);
    return switch (format) {
      case FLOAT -> scale;
      case POWER_OF_TWO -> {
        // Exponent plus one, unless the mantissa is zero.
        int bits = Float.floatToRawIntBits(scale) + 0x7F_FFFF;
        yield Float.intBitsToFloat(bits & 0x7F80_0000);
      }
    };
  }
}
