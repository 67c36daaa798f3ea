package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of {@link PanelProduct}: rows of x times vectors of panel columns.
 *
 * <p>Every kernel adds to the tile of y it finds, so that a chain cut into blocks of depth is still
 * one chain. Sums stay in registers; a tile is as large as the register file of its width holds.
 */
final class PanelTiles {
  /** Columns of a strip: a tile's width in 16 registers. */
  static final int STRIP = 2 * COUNT;

  private PanelTiles() {}

  /** Four rows by four vectors, for 32 vector registers. */
  static void add4x4(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    int y1 = y0 + product.yRow;
    int y2 = y1 + product.yRow;
    int y3 = y2 + product.yRow;
    FloatVector s00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s02 = FloatVector.fromArray(FLOATS, y, y0 + 2 * COUNT);
    FloatVector s03 = FloatVector.fromArray(FLOATS, y, y0 + 3 * COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y1 + COUNT);
    FloatVector s12 = FloatVector.fromArray(FLOATS, y, y1 + 2 * COUNT);
    FloatVector s13 = FloatVector.fromArray(FLOATS, y, y1 + 3 * COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s21 = FloatVector.fromArray(FLOATS, y, y2 + COUNT);
    FloatVector s22 = FloatVector.fromArray(FLOATS, y, y2 + 2 * COUNT);
    FloatVector s23 = FloatVector.fromArray(FLOATS, y, y2 + 3 * COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector s31 = FloatVector.fromArray(FLOATS, y, y3 + COUNT);
    FloatVector s32 = FloatVector.fromArray(FLOATS, y, y3 + 2 * COUNT);
    FloatVector s33 = FloatVector.fromArray(FLOATS, y, y3 + 3 * COUNT);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    int x1 = x0 + product.xRow;
    int x2 = x1 + product.xRow;
    int x3 = x2 + product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, at);
      FloatVector w1 = FloatVector.fromArray(FLOATS, panel, at + COUNT);
      FloatVector w2 = FloatVector.fromArray(FLOATS, panel, at + 2 * COUNT);
      FloatVector w3 = FloatVector.fromArray(FLOATS, panel, at + 3 * COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s00 = a.fma(w0, s00);
      s01 = a.fma(w1, s01);
      s02 = a.fma(w2, s02);
      s03 = a.fma(w3, s03);
      a = FloatVector.broadcast(FLOATS, x[x1]);
      s10 = a.fma(w0, s10);
      s11 = a.fma(w1, s11);
      s12 = a.fma(w2, s12);
      s13 = a.fma(w3, s13);
      a = FloatVector.broadcast(FLOATS, x[x2]);
      s20 = a.fma(w0, s20);
      s21 = a.fma(w1, s21);
      s22 = a.fma(w2, s22);
      s23 = a.fma(w3, s23);
      a = FloatVector.broadcast(FLOATS, x[x3]);
      s30 = a.fma(w0, s30);
      s31 = a.fma(w1, s31);
      s32 = a.fma(w2, s32);
      s33 = a.fma(w3, s33);
      at += width;
      x0 += xStep;
      x1 += xStep;
      x2 += xStep;
      x3 += xStep;
    }
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s02.intoArray(y, y0 + 2 * COUNT);
    s03.intoArray(y, y0 + 3 * COUNT);
    s10.intoArray(y, y1);
    s11.intoArray(y, y1 + COUNT);
    s12.intoArray(y, y1 + 2 * COUNT);
    s13.intoArray(y, y1 + 3 * COUNT);
    s20.intoArray(y, y2);
    s21.intoArray(y, y2 + COUNT);
    s22.intoArray(y, y2 + 2 * COUNT);
    s23.intoArray(y, y2 + 3 * COUNT);
    s30.intoArray(y, y3);
    s31.intoArray(y, y3 + COUNT);
    s32.intoArray(y, y3 + 2 * COUNT);
    s33.intoArray(y, y3 + 3 * COUNT);
  }

  /** Four rows by two vectors, for 16 vector registers and half-wide panels. */
  static void add4x2(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    int y1 = y0 + product.yRow;
    int y2 = y1 + product.yRow;
    int y3 = y2 + product.yRow;
    FloatVector s00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s21 = FloatVector.fromArray(FLOATS, y, y2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector s31 = FloatVector.fromArray(FLOATS, y, y3 + COUNT);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    int x1 = x0 + product.xRow;
    int x2 = x1 + product.xRow;
    int x3 = x2 + product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, at);
      FloatVector w1 = FloatVector.fromArray(FLOATS, panel, at + COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s00 = a.fma(w0, s00);
      s01 = a.fma(w1, s01);
      a = FloatVector.broadcast(FLOATS, x[x1]);
      s10 = a.fma(w0, s10);
      s11 = a.fma(w1, s11);
      a = FloatVector.broadcast(FLOATS, x[x2]);
      s20 = a.fma(w0, s20);
      s21 = a.fma(w1, s21);
      a = FloatVector.broadcast(FLOATS, x[x3]);
      s30 = a.fma(w0, s30);
      s31 = a.fma(w1, s31);
      at += width;
      x0 += xStep;
      x1 += xStep;
      x2 += xStep;
      x3 += xStep;
    }
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s10.intoArray(y, y1);
    s11.intoArray(y, y1 + COUNT);
    s20.intoArray(y, y2);
    s21.intoArray(y, y2 + COUNT);
    s30.intoArray(y, y3);
    s31.intoArray(y, y3 + COUNT);
  }

  /**
   * Four rows by a strip.
   *
   * <p>Every index is a constant times k, so bounds are checked outside the loop, and the four
   * values of x share an address: less to decode counts where threads share a core. Two links per
   * step would be fewer still, but then HotSpot's order of loads, another with every release and
   * collector, spills sums.
   *
   * @param x [depth, 4] from {@code from} on: four rows side by side
   * @param strip [depth, STRIP] from {@code at} on
   * @param y four rows from {@code y0} on, {@code yRow} apart
   */
  static void addStrip(
      float[] x, int from, float[] strip, int at, float[] y, int y0, int yRow, int depth) {
    int y1 = y0 + yRow;
    int y2 = y1 + yRow;
    int y3 = y2 + yRow;
    FloatVector s00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s21 = FloatVector.fromArray(FLOATS, y, y2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector s31 = FloatVector.fromArray(FLOATS, y, y3 + COUNT);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromArray(FLOATS, strip, at + k * STRIP);
      FloatVector w1 = FloatVector.fromArray(FLOATS, strip, at + k * STRIP + COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, x[from + k * 4]);
      s00 = a.fma(w0, s00);
      s01 = a.fma(w1, s01);
      a = FloatVector.broadcast(FLOATS, x[from + k * 4 + 1]);
      s10 = a.fma(w0, s10);
      s11 = a.fma(w1, s11);
      a = FloatVector.broadcast(FLOATS, x[from + k * 4 + 2]);
      s20 = a.fma(w0, s20);
      s21 = a.fma(w1, s21);
      a = FloatVector.broadcast(FLOATS, x[from + k * 4 + 3]);
      s30 = a.fma(w0, s30);
      s31 = a.fma(w1, s31);
    }
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s10.intoArray(y, y1);
    s11.intoArray(y, y1 + COUNT);
    s20.intoArray(y, y2);
    s21.intoArray(y, y2 + COUNT);
    s30.intoArray(y, y3);
    s31.intoArray(y, y3 + COUNT);
  }

  /** Four rows by two vectors, for rows of x side by side: one bounds check does for the four. */
  static void addBeside4x2(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    int y1 = y0 + product.yRow;
    int y2 = y1 + product.yRow;
    int y3 = y2 + product.yRow;
    FloatVector s00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s21 = FloatVector.fromArray(FLOATS, y, y2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector s31 = FloatVector.fromArray(FLOATS, y, y3 + COUNT);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromArray(FLOATS, panel, at);
      FloatVector w1 = FloatVector.fromArray(FLOATS, panel, at + COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s00 = a.fma(w0, s00);
      s01 = a.fma(w1, s01);
      a = FloatVector.broadcast(FLOATS, x[x0 + 1]);
      s10 = a.fma(w0, s10);
      s11 = a.fma(w1, s11);
      a = FloatVector.broadcast(FLOATS, x[x0 + 2]);
      s20 = a.fma(w0, s20);
      s21 = a.fma(w1, s21);
      a = FloatVector.broadcast(FLOATS, x[x0 + 3]);
      s30 = a.fma(w0, s30);
      s31 = a.fma(w1, s31);
      at += width;
      x0 += xStep;
    }
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s10.intoArray(y, y1);
    s11.intoArray(y, y1 + COUNT);
    s20.intoArray(y, y2);
    s21.intoArray(y, y2 + COUNT);
    s30.intoArray(y, y3);
    s31.intoArray(y, y3 + COUNT);
  }

  /** Eight rows by one vector; x has step 1, which lets the compiler drop bounds checks. */
  static void add8x1(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    int y1 = y0 + product.yRow;
    int y2 = y1 + product.yRow;
    int y3 = y2 + product.yRow;
    int y4 = y3 + product.yRow;
    int y5 = y4 + product.yRow;
    int y6 = y5 + product.yRow;
    int y7 = y6 + product.yRow;
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y3);
    FloatVector s4 = FloatVector.fromArray(FLOATS, y, y4);
    FloatVector s5 = FloatVector.fromArray(FLOATS, y, y5);
    FloatVector s6 = FloatVector.fromArray(FLOATS, y, y6);
    FloatVector s7 = FloatVector.fromArray(FLOATS, y, y7);
    // One link of every chain per step.
    float[] x = product.x;
    int x0 = product.xAt + i * product.xRow;
    int x1 = x0 + product.xRow;
    int x2 = x1 + product.xRow;
    int x3 = x2 + product.xRow;
    int x4 = x3 + product.xRow;
    int x5 = x4 + product.xRow;
    int x6 = x5 + product.xRow;
    int x7 = x6 + product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector w = FloatVector.fromArray(FLOATS, panel, at);
      s0 = w.fma(FloatVector.broadcast(FLOATS, x[x0 + k]), s0);
      s1 = w.fma(FloatVector.broadcast(FLOATS, x[x1 + k]), s1);
      s2 = w.fma(FloatVector.broadcast(FLOATS, x[x2 + k]), s2);
      s3 = w.fma(FloatVector.broadcast(FLOATS, x[x3 + k]), s3);
      s4 = w.fma(FloatVector.broadcast(FLOATS, x[x4 + k]), s4);
      s5 = w.fma(FloatVector.broadcast(FLOATS, x[x5 + k]), s5);
      s6 = w.fma(FloatVector.broadcast(FLOATS, x[x6 + k]), s6);
      s7 = w.fma(FloatVector.broadcast(FLOATS, x[x7 + k]), s7);
      at += width;
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y1);
    s2.intoArray(y, y2);
    s3.intoArray(y, y3);
    s4.intoArray(y, y4);
    s5.intoArray(y, y5);
    s6.intoArray(y, y6);
    s7.intoArray(y, y7);
  }

  /** Four rows by one vector. */
  static void add4x1(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    int y1 = y0 + product.yRow;
    int y2 = y1 + product.yRow;
    int y3 = y2 + product.yRow;
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y1);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y2);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y3);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    int x1 = x0 + product.xRow;
    int x2 = x1 + product.xRow;
    int x3 = x2 + product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector w = FloatVector.fromArray(FLOATS, panel, at);
      s0 = w.fma(FloatVector.broadcast(FLOATS, x[x0]), s0);
      s1 = w.fma(FloatVector.broadcast(FLOATS, x[x1]), s1);
      s2 = w.fma(FloatVector.broadcast(FLOATS, x[x2]), s2);
      s3 = w.fma(FloatVector.broadcast(FLOATS, x[x3]), s3);
      at += width;
      x0 += xStep;
      x1 += xStep;
      x2 += xStep;
      x3 += xStep;
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y1);
    s2.intoArray(y, y2);
    s3.intoArray(y, y3);
  }

  /** One row by eight vectors: a panel of 64 outputs in 256-bit vectors, read as it is stored. */
  static void add1x8(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y0 + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y0 + 3 * COUNT);
    FloatVector s4 = FloatVector.fromArray(FLOATS, y, y0 + 4 * COUNT);
    FloatVector s5 = FloatVector.fromArray(FLOATS, y, y0 + 5 * COUNT);
    FloatVector s6 = FloatVector.fromArray(FLOATS, y, y0 + 6 * COUNT);
    FloatVector s7 = FloatVector.fromArray(FLOATS, y, y0 + 7 * COUNT);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s0 = a.fma(FloatVector.fromArray(FLOATS, panel, at), s0);
      s1 = a.fma(FloatVector.fromArray(FLOATS, panel, at + COUNT), s1);
      s2 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 2 * COUNT), s2);
      s3 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 3 * COUNT), s3);
      s4 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 4 * COUNT), s4);
      s5 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 5 * COUNT), s5);
      s6 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 6 * COUNT), s6);
      s7 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 7 * COUNT), s7);
      at += width;
      x0 += xStep;
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y0 + COUNT);
    s2.intoArray(y, y0 + 2 * COUNT);
    s3.intoArray(y, y0 + 3 * COUNT);
    s4.intoArray(y, y0 + 4 * COUNT);
    s5.intoArray(y, y0 + 5 * COUNT);
    s6.intoArray(y, y0 + 6 * COUNT);
    s7.intoArray(y, y0 + 7 * COUNT);
  }

  /** One row by four vectors. */
  static void add1x4(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y0 + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y0 + 3 * COUNT);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s0 = a.fma(FloatVector.fromArray(FLOATS, panel, at), s0);
      s1 = a.fma(FloatVector.fromArray(FLOATS, panel, at + COUNT), s1);
      s2 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 2 * COUNT), s2);
      s3 = a.fma(FloatVector.fromArray(FLOATS, panel, at + 3 * COUNT), s3);
      at += width;
      x0 += xStep;
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y0 + COUNT);
    s2.intoArray(y, y0 + 2 * COUNT);
    s3.intoArray(y, y0 + 3 * COUNT);
  }

  /** One row by one vector. */
  static void add1x1(PanelProduct product, int i, int c) {
    // The tile of y, as it stands.
    float[] y = product.y;
    int y0 = product.yAt + i * product.yRow + c;
    FloatVector s = FloatVector.fromArray(FLOATS, y, y0);
    // One link of every chain per step.
    float[] x = product.x;
    int xStep = product.xStep;
    int x0 = product.xAt + i * product.xRow;
    float[] panel = product.panel;
    int width = product.panelWidth;
    int depth = product.depth;
    int at = product.panelAt + c;
    for (int k = 0; k < depth; k++) {
      FloatVector a = FloatVector.broadcast(FLOATS, x[x0]);
      s = a.fma(FloatVector.fromArray(FLOATS, panel, at), s);
      at += width;
      x0 += xStep;
    }
    s.intoArray(y, y0);
  }
}
