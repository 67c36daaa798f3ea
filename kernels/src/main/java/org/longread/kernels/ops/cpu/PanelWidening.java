package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.BYTES;
import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.SHORTS;
import static org.longread.kernels.ops.cpu.PanelTiles.STRIP;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.longread.kernels.ops.WeightMatrix;
import org.longread.kernels.ops.Widening;

/**
 * Widens some columns of a weight panel to float32, exactly as {@link WeightMatrix#at}.
 *
 * <p>A vector of stored elements is shuffled once so that shifts and masks on its 32-bit lanes give
 * whole vectors in the elements' own order. Shape-changing conversions would say the same, but
 * HotSpot 17 does not always compile them to instructions.
 */
final class PanelWidening {
  /** Lane i holds elements i and COUNT + i. */
  static final VectorShuffle<Short> PAIRS =
      VectorShuffle.fromOp(SHORTS, i -> i % 2 * COUNT + i / 2);

  /** Lane i holds elements i, COUNT + i, 2 COUNT + i and 3 COUNT + i. */
  static final VectorShuffle<Byte> QUADS = VectorShuffle.fromOp(BYTES, i -> i % 4 * COUNT + i / 4);

  private static final int UPPER_HALF = 0xFFFF_0000;

  /** Where binary16's sign, exponent and mantissa lie after an arithmetic shift by 3. */
  private static final int F16_BITS = 0x8FFF_E000;

  private static final float F16_RESCALE = 0x1p112f;

  /** Where E4M3's sign, exponent and mantissa lie after an arithmetic shift by 4. */
  private static final int E4M3_BITS = 0x87F0_0000;

  private static final float E4M3_RESCALE = 0x1p120f;

  private PanelWidening() {}

  /**
   * Widens columns {@code first} to {@code first + count - 1} of panel {@code p}.
   *
   * <pre>
   * target  [count, width(p)]  float32
   * </pre>
   */
  static void widen(WeightMatrix weight, int p, int first, int count, float[] target) {
    int from = first * weight.width(p);
    int size = count * weight.width(p);
    switch (weight.precision()) {
      case F32 -> System.arraycopy(weight.floats(p), from, target, 0, size);
      case BF16 -> widenBf16(weight.shorts(p), from, size, target);
      case F16 -> widenF16(weight.shorts(p), from, size, target);
      case FP8_E4M3 -> {
        if (weight.width(p) % (4 * COUNT) == 0) {
          widenScaled(weight, p, first, count, target);
        } else {
          widenE4m3(weight.codes(p), from, size, target);
          scale(weight, p, first, count, target);
        }
      }
    }
  }

  /**
   * The same for a panel of {@link WeightMatrix#PANEL} outputs, in strips, for vectors of 8 lanes.
   *
   * <pre>
   * target  [PANEL / STRIP, count, STRIP]  float32
   * </pre>
   */
  static void widenStrips(WeightMatrix weight, int p, int first, int count, float[] target) {
    int from = first * WeightMatrix.PANEL;
    for (int c = 0; c < WeightMatrix.PANEL; c += STRIP) {
      switch (weight.precision()) {
        case F32 -> stripF32(weight.floats(p), from + c, count, target, c * count);
        case BF16 -> stripBf16(weight.shorts(p), from + c, count, target, c * count);
        case F16 -> stripF16(weight.shorts(p), from + c, count, target, c * count);
        case FP8_E4M3 -> {
          if (c % (4 * COUNT) == 0) {
            stripsE4m3(weight, p, first, count, c, target);
          }
        }
      }
    }
  }

  private static void stripF32(float[] stored, int from, int count, float[] target, int to) {
    for (int k = 0; k < count; k++) {
      int at = from + k * WeightMatrix.PANEL;
      FloatVector.fromArray(FLOATS, stored, at).intoArray(target, to + k * STRIP);
      FloatVector.fromArray(FLOATS, stored, at + COUNT).intoArray(target, to + k * STRIP + COUNT);
    }
  }

  private static void stripBf16(short[] stored, int from, int count, float[] target, int to) {
    for (int k = 0; k < count; k++) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, stored, from + k * WeightMatrix.PANEL)
              .rearrange(PAIRS)
              .reinterpretAsInts();
      int at = to + k * STRIP;
      pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(target, at);
      pairs.and(UPPER_HALF).reinterpretAsFloats().intoArray(target, at + COUNT);
    }
  }

  private static void stripF16(short[] stored, int from, int count, float[] target, int to) {
    for (int k = 0; k < count; k++) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, stored, from + k * WeightMatrix.PANEL)
              .rearrange(PAIRS)
              .reinterpretAsInts();
      IntVector low = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 3);
      IntVector high = pairs.lanewise(VectorOperators.ASHR, 3);
      int at = to + k * STRIP;
      low.and(F16_BITS).reinterpretAsFloats().mul(F16_RESCALE).intoArray(target, at);
      high.and(F16_BITS).reinterpretAsFloats().mul(F16_RESCALE).intoArray(target, at + COUNT);
    }
  }

  /** Two strips from column {@code c} on, group by group of the matrix's columns. */
  private static void stripsE4m3(
      WeightMatrix weight, int p, int first, int count, int c, float[] target) {
    int width = WeightMatrix.PANEL;
    for (int g = 0; g < weight.groups(); g++) {
      int from = Math.max(first, weight.groupStart(g));
      int rows = Math.min(first + count, weight.groupStart(g + 1)) - from;
      if (rows > 0) {
        int to = c * count + (from - first) * STRIP;
        byte[] codes = weight.codes(p);
        float[] scales = weight.scales(p);
        int at = from * width + c;
        Quads place = new Quads(target, to, to + count * STRIP, STRIP);
        widenQuads(codes, at, width, rows, scales, g * width + c, place);
      }
    }
  }

  private static void widenBf16(short[] stored, int from, int size, float[] target) {
    int i = 0;
    for (; i + 2 * COUNT <= size; i += 2 * COUNT) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, stored, from + i).rearrange(PAIRS).reinterpretAsInts();
      pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(target, i);
      pairs.and(UPPER_HALF).reinterpretAsFloats().intoArray(target, i + COUNT);
    }
    for (; i < size; i++) {
      target[i] = Widening.bf16(stored[from + i]);
    }
  }

  private static void widenF16(short[] stored, int from, int size, float[] target) {
    int i = 0;
    for (; i + 2 * COUNT <= size; i += 2 * COUNT) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, stored, from + i).rearrange(PAIRS).reinterpretAsInts();
      IntVector low = pairs.lanewise(VectorOperators.LSHL, 16);
      low.lanewise(VectorOperators.ASHR, 3)
          .and(F16_BITS)
          .reinterpretAsFloats()
          .mul(F16_RESCALE)
          .intoArray(target, i);
      pairs
          .lanewise(VectorOperators.ASHR, 3)
          .and(F16_BITS)
          .reinterpretAsFloats()
          .mul(F16_RESCALE)
          .intoArray(target, i + COUNT);
    }
    for (; i < size; i++) {
      target[i] = Widening.f16(stored[from + i]);
    }
  }

  /** Widens FP8 codes group by group of columns, each with its scales. */
  private static void widenScaled(
      WeightMatrix weight, int p, int first, int count, float[] target) {
    int width = weight.width(p);
    for (int g = 0; g < weight.groups(); g++) {
      int from = Math.max(first, weight.groupStart(g));
      int rows = Math.min(first + count, weight.groupStart(g + 1)) - from;
      for (int c = 0; rows > 0 && c < width; c += 4 * COUNT) {
        int to = (from - first) * width + c;
        byte[] codes = weight.codes(p);
        float[] scales = weight.scales(p);
        int at = from * width + c;
        Quads place = new Quads(target, to, to + 2 * COUNT, width);
        widenQuads(codes, at, width, rows, scales, g * width + c, place);
      }
    }
  }

  /**
   * Where four vectors go: two from {@code low} on, two from {@code high} on, those of the next
   * column {@code step} further.
   */
  private record Quads(float[] target, int low, int high, int step) {}

  /** Widens four vectors of outputs in each of {@code rows} columns of the matrix. */
  private static void widenQuads(
      byte[] codes, int from, int width, int rows, float[] scales, int scaleAt, Quads to) {
    float[] target = to.target();
    int low = to.low();
    int high = to.high();
    int step = to.step();
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, scaleAt);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, scaleAt + COUNT);
    FloatVector s2 = FloatVector.fromArray(FLOATS, scales, scaleAt + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(FLOATS, scales, scaleAt + 3 * COUNT);
    for (int k = 0; k < rows; k++) {
      IntVector quads =
          ByteVector.fromArray(BYTES, codes, from + k * width).rearrange(QUADS).reinterpretAsInts();
      IntVector q0 = quads.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 4);
      IntVector q1 = quads.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 4);
      IntVector q2 = quads.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 4);
      IntVector q3 = quads.lanewise(VectorOperators.ASHR, 4);
      FloatVector v0 = q0.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE);
      FloatVector v1 = q1.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE);
      FloatVector v2 = q2.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE);
      FloatVector v3 = q3.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE);
      v0.mul(s0).intoArray(target, low + k * step);
      v1.mul(s1).intoArray(target, low + k * step + COUNT);
      v2.mul(s2).intoArray(target, high + k * step);
      v3.mul(s3).intoArray(target, high + k * step + COUNT);
    }
  }

  private static void widenE4m3(byte[] codes, int from, int size, float[] target) {
    int i = 0;
    for (; i + 4 * COUNT <= size; i += 4 * COUNT) {
      IntVector quads =
          ByteVector.fromArray(BYTES, codes, from + i).rearrange(QUADS).reinterpretAsInts();
      IntVector q0 = quads.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 4);
      IntVector q1 = quads.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 4);
      IntVector q2 = quads.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 4);
      IntVector q3 = quads.lanewise(VectorOperators.ASHR, 4);
      q0.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE).intoArray(target, i);
      q1.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE).intoArray(target, i + COUNT);
      q2.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE).intoArray(target, i + 2 * COUNT);
      q3.and(E4M3_BITS).reinterpretAsFloats().mul(E4M3_RESCALE).intoArray(target, i + 3 * COUNT);
    }
    for (; i < size; i++) {
      target[i] = Widening.e4m3(codes[from + i]);
    }
  }

  /** Multiplies every element by the scale of its output and column group. */
  private static void scale(WeightMatrix weight, int p, int first, int count, float[] target) {
    int width = weight.width(p);
    float[] scales = weight.scales(p);
    int group = 0;
    for (int k = 0; k < count; k++) {
      while (weight.groupStart(group + 1) <= first + k) {
        group++;
      }
      int at = k * width;
      int scaleAt = group * width;
      for (int c = 0; c < width; c += COUNT) {
        FloatVector.fromArray(FLOATS, target, at + c)
            .mul(FloatVector.fromArray(FLOATS, scales, scaleAt + c))
            .intoArray(target, at + c);
      }
    }
  }
}
