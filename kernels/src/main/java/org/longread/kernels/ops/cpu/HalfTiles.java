package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of few rows with a bfloat16 panel, widened in lane: each weight is read once, as stored.
 *
 * <pre>
 * x      [rows, depth]      x[xAt + i * xRow + k]
 * panel  [depth, width]     bfloat16; a vector of it is two vectors of outputs
 * y      [rows, width]      y[yAt + i * yRow + c] = Σ_k x[i,k] panel[k,c], k ascending, from 0
 * </pre>
 */
final class HalfTiles {
  /** Rows of x up to which widening a panel for all of them costs more than it saves. */
  static final int MOST_ROWS = 64;

  private static final int UPPER_HALF = 0xFFFF_0000;

  private HalfTiles() {}

  /** Multiplies; {@code width} is a multiple of twice the lane count. */
  static void multiply(PanelProduct operands, short[] panel, int rows, int width, int depth) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      for (int c = 0; c < width; c += 2 * COUNT) {
        multiply4x2(operands, panel, i, c, width, depth);
      }
    }
    for (; i < rows; i++) {
      int c = 0;
      for (; c + 4 * COUNT <= width; c += 4 * COUNT) {
        multiply1x4(operands, panel, i, c, width, depth);
      }
      if (c < width) {
        multiply1x2(operands, panel, i, c, width, depth);
      }
    }
  }

  private static void multiply4x2(
      PanelProduct operands, short[] panel, int i, int c, int width, int depth) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    float[] x = operands.x;
    int x0 = operands.xAt + i * operands.xRow;
    int x1 = x0 + operands.xRow;
    int x2 = x1 + operands.xRow;
    int x3 = x2 + operands.xRow;
    int at = c;
    for (int k = 0; k < depth; k++) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, panel, at)
              .rearrange(PanelWidening.PAIRS)
              .reinterpretAsInts();
      FloatVector w0 = pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = pairs.and(UPPER_HALF).reinterpretAsFloats();
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s00 = a.fma(w0, s00);
      s01 = a.fma(w1, s01);
      a = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s10 = a.fma(w0, s10);
      s11 = a.fma(w1, s11);
      a = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s20 = a.fma(w0, s20);
      s21 = a.fma(w1, s21);
      a = FloatVector.broadcast(FLOATS, x[x3 + k]);
      s30 = a.fma(w0, s30);
      s31 = a.fma(w1, s31);
      at += width;
    }
    float[] y = operands.y;
    int y0 = operands.yAt + i * operands.yRow + c;
    int y1 = y0 + operands.yRow;
    int y2 = y1 + operands.yRow;
    int y3 = y2 + operands.yRow;
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s10.intoArray(y, y1);
    s11.intoArray(y, y1 + COUNT);
    s20.intoArray(y, y2);
    s21.intoArray(y, y2 + COUNT);
    s30.intoArray(y, y3);
    s31.intoArray(y, y3 + COUNT);
  }

  private static void multiply1x4(
      PanelProduct operands, short[] panel, int i, int c, int width, int depth) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    float[] x = operands.x;
    int x0 = operands.xAt + i * operands.xRow;
    int at = c;
    for (int k = 0; k < depth; k++) {
      IntVector low =
          ShortVector.fromArray(SHORTS, panel, at)
              .rearrange(PanelWidening.PAIRS)
              .reinterpretAsInts();
      IntVector high =
          ShortVector.fromArray(SHORTS, panel, at + 2 * COUNT)
              .rearrange(PanelWidening.PAIRS)
              .reinterpretAsInts();
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0 = a.fma(low.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s0);
      s1 = a.fma(low.and(UPPER_HALF).reinterpretAsFloats(), s1);
      s2 = a.fma(high.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s2);
      s3 = a.fma(high.and(UPPER_HALF).reinterpretAsFloats(), s3);
      at += width;
    }
    float[] y = operands.y;
    int y0 = operands.yAt + i * operands.yRow + c;
    s0.intoArray(y, y0);
    s1.intoArray(y, y0 + COUNT);
    s2.intoArray(y, y0 + 2 * COUNT);
    s3.intoArray(y, y0 + 3 * COUNT);
  }

  private static void multiply1x2(
      PanelProduct operands, short[] panel, int i, int c, int width, int depth) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    int x0 = operands.xAt + i * operands.xRow;
    int at = c;
    for (int k = 0; k < depth; k++) {
      IntVector pairs =
          ShortVector.fromArray(SHORTS, panel, at)
              .rearrange(PanelWidening.PAIRS)
              .reinterpretAsInts();
      FloatVector a = FloatVector.broadcast(FLOATS, operands.x[x0 + k]);
      s0 = a.fma(pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s0);
      s1 = a.fma(pairs.and(UPPER_HALF).reinterpretAsFloats(), s1);
      at += width;
    }
    int y0 = operands.yAt + i * operands.yRow + c;
    s0.intoArray(operands.y, y0);
    s1.intoArray(operands.y, y0 + COUNT);
  }
}
