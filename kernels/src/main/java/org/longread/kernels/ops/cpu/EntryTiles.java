package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.EntryBlock.STRIDE;
import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of absorbed scores: rows of an {@link EntryBlock} times one vector of heads.
 *
 * <pre>
 * entries  [rows, STRIDE]  from {@code x} on
 * queries  [depth, COUNT]  from {@code at} on
 * y        [rows, row]     y[y0 + r * row + lane] += Σ_k entries[r,k] queries[k,lane], one chain
 * </pre>
 *
 * <p>Every multiply-add needs a load of its own, the broadcast, so a tile is fast only if nothing
 * else is loaded: the constant stride keeps addresses out of registers and off the stack.
 */
final class EntryTiles {
  private EntryTiles() {}

  /** Sixteen rows, for 32 vector registers. */
  static void score16(
      float[] entries, int x, float[] queries, int at, int depth, float[] y, int y0, int row) {
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y0 + row);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y0 + 2 * row);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y0 + 3 * row);
    FloatVector s4 = FloatVector.fromArray(FLOATS, y, y0 + 4 * row);
    FloatVector s5 = FloatVector.fromArray(FLOATS, y, y0 + 5 * row);
    FloatVector s6 = FloatVector.fromArray(FLOATS, y, y0 + 6 * row);
    FloatVector s7 = FloatVector.fromArray(FLOATS, y, y0 + 7 * row);
    FloatVector s8 = FloatVector.fromArray(FLOATS, y, y0 + 8 * row);
    FloatVector s9 = FloatVector.fromArray(FLOATS, y, y0 + 9 * row);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y0 + 10 * row);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y0 + 11 * row);
    FloatVector s12 = FloatVector.fromArray(FLOATS, y, y0 + 12 * row);
    FloatVector s13 = FloatVector.fromArray(FLOATS, y, y0 + 13 * row);
    FloatVector s14 = FloatVector.fromArray(FLOATS, y, y0 + 14 * row);
    FloatVector s15 = FloatVector.fromArray(FLOATS, y, y0 + 15 * row);
    for (int k = 0; k < depth; k++) {
      FloatVector q = FloatVector.fromArray(FLOATS, queries, at + k * COUNT);
      s0 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k]), s0);
      s1 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + STRIDE]), s1);
      s2 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 2 * STRIDE]), s2);
      s3 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 3 * STRIDE]), s3);
      s4 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 4 * STRIDE]), s4);
      s5 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 5 * STRIDE]), s5);
      s6 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 6 * STRIDE]), s6);
      s7 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 7 * STRIDE]), s7);
      s8 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 8 * STRIDE]), s8);
      s9 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 9 * STRIDE]), s9);
      s10 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 10 * STRIDE]), s10);
      s11 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 11 * STRIDE]), s11);
      s12 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 12 * STRIDE]), s12);
      s13 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 13 * STRIDE]), s13);
      s14 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 14 * STRIDE]), s14);
      s15 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 15 * STRIDE]), s15);
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y0 + row);
    s2.intoArray(y, y0 + 2 * row);
    s3.intoArray(y, y0 + 3 * row);
    s4.intoArray(y, y0 + 4 * row);
    s5.intoArray(y, y0 + 5 * row);
    s6.intoArray(y, y0 + 6 * row);
    s7.intoArray(y, y0 + 7 * row);
    s8.intoArray(y, y0 + 8 * row);
    s9.intoArray(y, y0 + 9 * row);
    s10.intoArray(y, y0 + 10 * row);
    s11.intoArray(y, y0 + 11 * row);
    s12.intoArray(y, y0 + 12 * row);
    s13.intoArray(y, y0 + 13 * row);
    s14.intoArray(y, y0 + 14 * row);
    s15.intoArray(y, y0 + 15 * row);
  }

  /** Eight rows, for 16 vector registers. */
  static void score8(
      float[] entries, int x, float[] queries, int at, int depth, float[] y, int y0, int row) {
    FloatVector s0 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s1 = FloatVector.fromArray(FLOATS, y, y0 + row);
    FloatVector s2 = FloatVector.fromArray(FLOATS, y, y0 + 2 * row);
    FloatVector s3 = FloatVector.fromArray(FLOATS, y, y0 + 3 * row);
    FloatVector s4 = FloatVector.fromArray(FLOATS, y, y0 + 4 * row);
    FloatVector s5 = FloatVector.fromArray(FLOATS, y, y0 + 5 * row);
    FloatVector s6 = FloatVector.fromArray(FLOATS, y, y0 + 6 * row);
    FloatVector s7 = FloatVector.fromArray(FLOATS, y, y0 + 7 * row);
    for (int k = 0; k < depth; k++) {
      FloatVector q = FloatVector.fromArray(FLOATS, queries, at + k * COUNT);
      s0 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k]), s0);
      s1 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + STRIDE]), s1);
      s2 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 2 * STRIDE]), s2);
      s3 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 3 * STRIDE]), s3);
      s4 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 4 * STRIDE]), s4);
      s5 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 5 * STRIDE]), s5);
      s6 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 6 * STRIDE]), s6);
      s7 = q.fma(FloatVector.broadcast(FLOATS, entries[x + k + 7 * STRIDE]), s7);
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y0 + row);
    s2.intoArray(y, y0 + 2 * row);
    s3.intoArray(y, y0 + 3 * row);
    s4.intoArray(y, y0 + 4 * row);
    s5.intoArray(y, y0 + 5 * row);
    s6.intoArray(y, y0 + 6 * row);
    s7.intoArray(y, y0 + 7 * row);
  }

  /**
   * Four rows by two vectors of heads, {@code next} from one's queries to the other's: 16
   * registers.
   */
  static void score4x2(
      float[] entries,
      int x,
      float[] queries,
      int at,
      int next,
      int depth,
      float[] y,
      int y0,
      int row) {
    FloatVector s00 = FloatVector.fromArray(FLOATS, y, y0);
    FloatVector s01 = FloatVector.fromArray(FLOATS, y, y0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(FLOATS, y, y0 + row);
    FloatVector s11 = FloatVector.fromArray(FLOATS, y, y0 + row + COUNT);
    FloatVector s20 = FloatVector.fromArray(FLOATS, y, y0 + 2 * row);
    FloatVector s21 = FloatVector.fromArray(FLOATS, y, y0 + 2 * row + COUNT);
    FloatVector s30 = FloatVector.fromArray(FLOATS, y, y0 + 3 * row);
    FloatVector s31 = FloatVector.fromArray(FLOATS, y, y0 + 3 * row + COUNT);
    for (int k = 0; k < depth; k++) {
      FloatVector q0 = FloatVector.fromArray(FLOATS, queries, at + k * COUNT);
      FloatVector q1 = FloatVector.fromArray(FLOATS, queries, at + next + k * COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, entries[x + k]);
      s00 = a.fma(q0, s00);
      s01 = a.fma(q1, s01);
      a = FloatVector.broadcast(FLOATS, entries[x + k + STRIDE]);
      s10 = a.fma(q0, s10);
      s11 = a.fma(q1, s11);
      a = FloatVector.broadcast(FLOATS, entries[x + k + 2 * STRIDE]);
      s20 = a.fma(q0, s20);
      s21 = a.fma(q1, s21);
      a = FloatVector.broadcast(FLOATS, entries[x + k + 3 * STRIDE]);
      s30 = a.fma(q0, s30);
      s31 = a.fma(q1, s31);
    }
    s00.intoArray(y, y0);
    s01.intoArray(y, y0 + COUNT);
    s10.intoArray(y, y0 + row);
    s11.intoArray(y, y0 + row + COUNT);
    s20.intoArray(y, y0 + 2 * row);
    s21.intoArray(y, y0 + 2 * row + COUNT);
    s30.intoArray(y, y0 + 3 * row);
    s31.intoArray(y, y0 + 3 * row + COUNT);
  }
}
