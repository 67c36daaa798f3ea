package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Register tiles of {@link FewHeadsAttention}: four heads times many cache rows, 16 lanes.
 *
 * <pre>
 * quads    [columns / 4, plane]  each plane holds four columns of each row of a block, [rows, 4]
 * queries  [columns, 4]          four heads' values of a column
 * scores   [rows, 4]             of the four heads; then their weights
 * </pre>
 */
final class QuadTiles {
  /** Of four columns of each of four rows: column u of each row, for each head. */
  private static final VectorShuffle<Float> PICK_0 = pick(0);

  private static final VectorShuffle<Float> PICK_1 = pick(1);
  private static final VectorShuffle<Float> PICK_2 = pick(2);
  private static final VectorShuffle<Float> PICK_3 = pick(3);

  /** Of four quads: quad u, four times. */
  private static final VectorShuffle<Float> SPREAD_0 = spread(0);

  private static final VectorShuffle<Float> SPREAD_1 = spread(1);
  private static final VectorShuffle<Float> SPREAD_2 = spread(2);
  private static final VectorShuffle<Float> SPREAD_3 = spread(3);

  /** The lanes of a quad's second, third and fourth row. */
  private static final VectorMask<Float> SECOND = VectorMask.fromLong(FLOATS, 0x00F0);

  private static final VectorMask<Float> THIRD = VectorMask.fromLong(FLOATS, 0x0F00);
  private static final VectorMask<Float> FOURTH = VectorMask.fromLong(FLOATS, 0xF000);

  private QuadTiles() {}

  private static VectorShuffle<Float> pick(int u) {
    return VectorShuffle.fromOp(FLOATS, lane -> lane / 4 * 4 + u);
  }

  private static VectorShuffle<Float> spread(int u) {
    return VectorShuffle.fromOp(FLOATS, lane -> (4 * u + lane % 4) % COUNT);
  }

  /**
   * Takes rows {@code b} to {@code b + 3} into quads.
   *
   * @param pages row b begins at {@code pages[b][at[b]]}
   * @param columns a multiple of 16
   */
  static void takeQuads(float[][] pages, int[] at, int b, int columns, float[] quads, int plane) {
    float[] page0 = pages[b];
    float[] page1 = pages[b + 1];
    float[] page2 = pages[b + 2];
    float[] page3 = pages[b + 3];
    int at0 = at[b];
    int at1 = at[b + 1];
    int at2 = at[b + 2];
    int at3 = at[b + 3];
    int to = b * 4;
    for (int c = 0; c < columns; c += COUNT) {
      FloatVector r0 = FloatVector.fromArray(FLOATS, page0, at0 + c);
      FloatVector r1 = FloatVector.fromArray(FLOATS, page1, at1 + c);
      FloatVector r2 = FloatVector.fromArray(FLOATS, page2, at2 + c);
      FloatVector r3 = FloatVector.fromArray(FLOATS, page3, at3 + c);
      r0.rearrange(SPREAD_0)
          .blend(r1.rearrange(SPREAD_0), SECOND)
          .blend(r2.rearrange(SPREAD_0), THIRD)
          .blend(r3.rearrange(SPREAD_0), FOURTH)
          .intoArray(quads, to);
      r0.rearrange(SPREAD_1)
          .blend(r1.rearrange(SPREAD_1), SECOND)
          .blend(r2.rearrange(SPREAD_1), THIRD)
          .blend(r3.rearrange(SPREAD_1), FOURTH)
          .intoArray(quads, to + plane);
      r0.rearrange(SPREAD_2)
          .blend(r1.rearrange(SPREAD_2), SECOND)
          .blend(r2.rearrange(SPREAD_2), THIRD)
          .blend(r3.rearrange(SPREAD_2), FOURTH)
          .intoArray(quads, to + 2 * plane);
      r0.rearrange(SPREAD_3)
          .blend(r1.rearrange(SPREAD_3), SECOND)
          .blend(r2.rearrange(SPREAD_3), THIRD)
          .blend(r3.rearrange(SPREAD_3), FOURTH)
          .intoArray(quads, to + 3 * plane);
      to += 4 * plane;
    }
  }

  /**
   * Writes the scores of 32 rows, a vector for four of them: columns ascending, one chain each.
   *
   * @param at the first row's place in a plane, and in the scores
   */
  static void score(
      float[] quads, int plane, int at, float[] queries, int columns, float[] scores) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    FloatVector s4 = FloatVector.zero(FLOATS);
    FloatVector s5 = FloatVector.zero(FLOATS);
    FloatVector s6 = FloatVector.zero(FLOATS);
    FloatVector s7 = FloatVector.zero(FLOATS);
    for (int c = 0; c < columns; c += 4) {
      FloatVector heads = FloatVector.fromArray(FLOATS, queries, c * 4);
      FloatVector q0 = heads.rearrange(SPREAD_0);
      FloatVector q1 = heads.rearrange(SPREAD_1);
      FloatVector q2 = heads.rearrange(SPREAD_2);
      FloatVector q3 = heads.rearrange(SPREAD_3);
      int from = (c >> 2) * plane + at;
      FloatVector rows = FloatVector.fromArray(FLOATS, quads, from);
      s0 = q0.fma(rows.rearrange(PICK_0), s0);
      s0 = q1.fma(rows.rearrange(PICK_1), s0);
      s0 = q2.fma(rows.rearrange(PICK_2), s0);
      s0 = q3.fma(rows.rearrange(PICK_3), s0);
      rows = FloatVector.fromArray(FLOATS, quads, from + COUNT);
      s1 = q0.fma(rows.rearrange(PICK_0), s1);
      s1 = q1.fma(rows.rearrange(PICK_1), s1);
      s1 = q2.fma(rows.rearrange(PICK_2), s1);
      s1 = q3.fma(rows.rearrange(PICK_3), s1);
      rows = FloatVector.fromArray(FLOATS, quads, from + 2 * COUNT);
      s2 = q0.fma(rows.rearrange(PICK_0), s2);
      s2 = q1.fma(rows.rearrange(PICK_1), s2);
      s2 = q2.fma(rows.rearrange(PICK_2), s2);
      s2 = q3.fma(rows.rearrange(PICK_3), s2);
      rows = FloatVector.fromArray(FLOATS, quads, from + 3 * COUNT);
      s3 = q0.fma(rows.rearrange(PICK_0), s3);
      s3 = q1.fma(rows.rearrange(PICK_1), s3);
      s3 = q2.fma(rows.rearrange(PICK_2), s3);
      s3 = q3.fma(rows.rearrange(PICK_3), s3);
      rows = FloatVector.fromArray(FLOATS, quads, from + 4 * COUNT);
      s4 = q0.fma(rows.rearrange(PICK_0), s4);
      s4 = q1.fma(rows.rearrange(PICK_1), s4);
      s4 = q2.fma(rows.rearrange(PICK_2), s4);
      s4 = q3.fma(rows.rearrange(PICK_3), s4);
      rows = FloatVector.fromArray(FLOATS, quads, from + 5 * COUNT);
      s5 = q0.fma(rows.rearrange(PICK_0), s5);
      s5 = q1.fma(rows.rearrange(PICK_1), s5);
      s5 = q2.fma(rows.rearrange(PICK_2), s5);
      s5 = q3.fma(rows.rearrange(PICK_3), s5);
      rows = FloatVector.fromArray(FLOATS, quads, from + 6 * COUNT);
      s6 = q0.fma(rows.rearrange(PICK_0), s6);
      s6 = q1.fma(rows.rearrange(PICK_1), s6);
      s6 = q2.fma(rows.rearrange(PICK_2), s6);
      s6 = q3.fma(rows.rearrange(PICK_3), s6);
      rows = FloatVector.fromArray(FLOATS, quads, from + 7 * COUNT);
      s7 = q0.fma(rows.rearrange(PICK_0), s7);
      s7 = q1.fma(rows.rearrange(PICK_1), s7);
      s7 = q2.fma(rows.rearrange(PICK_2), s7);
      s7 = q3.fma(rows.rearrange(PICK_3), s7);
    }
    s0.intoArray(scores, at);
    s1.intoArray(scores, at + COUNT);
    s2.intoArray(scores, at + 2 * COUNT);
    s3.intoArray(scores, at + 3 * COUNT);
    s4.intoArray(scores, at + 4 * COUNT);
    s5.intoArray(scores, at + 5 * COUNT);
    s6.intoArray(scores, at + 6 * COUNT);
    s7.intoArray(scores, at + 7 * COUNT);
  }

  /**
   * Adds weighted cache rows to columns {@code c} to {@code c + 63} of the heads' values [4,
   * latent]. Rows ascend, and are read where they lie.
   */
  static void addValues(
      float[][] pages, int[] at, int rows, float[] weights, float[] values, int latent, int c) {
    int y0 = c;
    int y1 = y0 + latent;
    int y2 = y1 + latent;
    int y3 = y2 + latent;
    FloatVector s00 = FloatVector.fromArray(FLOATS, values, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, values, y0 + COUNT);
    FloatVector s02 = FloatVector.fromArray(FLOATS, values, y0 + 2 * COUNT);
    FloatVector s03 = FloatVector.fromArray(FLOATS, values, y0 + 3 * COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, values, y1);
    FloatVector s11 = FloatVector.fromArray(FLOATS, values, y1 + COUNT);
    FloatVector s12 = FloatVector.fromArray(FLOATS, values, y1 + 2 * COUNT);
    FloatVector s13 = FloatVector.fromArray(FLOATS, values, y1 + 3 * COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, values, y2);
    FloatVector s21 = FloatVector.fromArray(FLOATS, values, y2 + COUNT);
    FloatVector s22 = FloatVector.fromArray(FLOATS, values, y2 + 2 * COUNT);
    FloatVector s23 = FloatVector.fromArray(FLOATS, values, y2 + 3 * COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, values, y3);
    FloatVector s31 = FloatVector.fromArray(FLOATS, values, y3 + COUNT);
    FloatVector s32 = FloatVector.fromArray(FLOATS, values, y3 + 2 * COUNT);
    FloatVector s33 = FloatVector.fromArray(FLOATS, values, y3 + 3 * COUNT);
    for (int b = 0; b < rows; b++) {
      float[] page = pages[b];
      int from = at[b] + c;
      FloatVector e0 = FloatVector.fromArray(FLOATS, page, from);
      FloatVector e1 = FloatVector.fromArray(FLOATS, page, from + COUNT);
      FloatVector e2 = FloatVector.fromArray(FLOATS, page, from + 2 * COUNT);
      FloatVector e3 = FloatVector.fromArray(FLOATS, page, from + 3 * COUNT);
      FloatVector w = FloatVector.broadcast(FLOATS, weights[b * 4]);
      s00 = w.fma(e0, s00);
      s01 = w.fma(e1, s01);
      s02 = w.fma(e2, s02);
      s03 = w.fma(e3, s03);
      w = FloatVector.broadcast(FLOATS, weights[b * 4 + 1]);
      s10 = w.fma(e0, s10);
      s11 = w.fma(e1, s11);
      s12 = w.fma(e2, s12);
      s13 = w.fma(e3, s13);
      w = FloatVector.broadcast(FLOATS, weights[b * 4 + 2]);
      s20 = w.fma(e0, s20);
      s21 = w.fma(e1, s21);
      s22 = w.fma(e2, s22);
      s23 = w.fma(e3, s23);
      w = FloatVector.broadcast(FLOATS, weights[b * 4 + 3]);
      s30 = w.fma(e0, s30);
      s31 = w.fma(e1, s31);
      s32 = w.fma(e2, s32);
      s33 = w.fma(e3, s33);
    }
    s00.intoArray(values, y0);
    s01.intoArray(values, y0 + COUNT);
    s02.intoArray(values, y0 + 2 * COUNT);
    s03.intoArray(values, y0 + 3 * COUNT);
    s10.intoArray(values, y1);
    s11.intoArray(values, y1 + COUNT);
    s12.intoArray(values, y1 + 2 * COUNT);
    s13.intoArray(values, y1 + 3 * COUNT);
    s20.intoArray(values, y2);
    s21.intoArray(values, y2 + COUNT);
    s22.intoArray(values, y2 + 2 * COUNT);
    s23.intoArray(values, y2 + 3 * COUNT);
    s30.intoArray(values, y3);
    s31.intoArray(values, y3 + COUNT);
    s32.intoArray(values, y3 + 2 * COUNT);
    s33.intoArray(values, y3 + 3 * COUNT);
  }
}
