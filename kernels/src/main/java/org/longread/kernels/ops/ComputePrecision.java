package org.longread.kernels.ops;

import org.longread.kernels.ops.LowPrecision.Quantized;
import org.longread.kernels.ops.LowPrecision.ScaleFormat;

/**
 * What the forward pass rounds between its operations; sums are float32 in either case.
 *
 * <p>All methods work in place on rows [t, width] and do nothing for {@link #F32}.
 */
public enum ComputePrecision {
  /** Nothing: the reference. */
  F32,
  /**
   * All that the published low-precision path rounds, where it does (dsa-spec section 7): bfloat16
   * between operations, E4M3 with a power-of-two scale per {@link LowPrecision#GROUP} values for
   * inputs of FP8 weights, for latents and for index queries and keys. To compare with servers that
   * compute so, not to be fast.
   */
  FP8;

  /** Rounds to bfloat16. */
  public void toBf16(Rows x, int t, int width) {
    if (this == F32) {
      return;
    }
    for (int i = 0; i < t; i++) {
      for (int at = x.at(i); at < x.at(i) + width; at++) {
        x.data()[at] = LowPrecision.bf16(x.data()[at]);
      }
    }
  }

  /** Rounds to E4M3 times the scale of each {@link LowPrecision#GROUP} values of a row. */
  public void toE4m3(Rows x, int t, int width) {
    if (this == F32) {
      return;
    }
    Quantized quantized = LowPrecision.quantize(x, t, width, ScaleFormat.POWER_OF_TWO);
    int groups = quantized.scales().length / Math.max(1, t);
    for (int i = 0; i < t; i++) {
      for (int c = 0; c < width; c++) {
        float scale = quantized.scales()[i * groups + c / LowPrecision.GROUP];
        x.data()[x.at(i) + c] = Widening.e4m3(quantized.codes()[i * width + c]) * scale;
      }
    }
  }

  /** Rotates every row by {@link Hadamard} and rounds it to E4M3, as index queries and keys are. */
  public void toIndexCodes(Rows x, int t, int width) {
    if (this == F32) {
      return;
    }
    for (int i = 0; i < t; i++) {
      Hadamard.rotate(x.data(), x.at(i), width);
    }
    toBf16(x, t, width);
    toE4m3(x, t, width);
  }
}
