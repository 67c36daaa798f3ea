package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.longread.kernels.ops.TokenMask;

/**
 * The part of a {@link TokenMask} that lies in one page and up to 64 query rows, by key.
 *
 * <pre>
 * rowsOfKey  [64]  bit r of word b: query row r attends to key b of the page
 * </pre>
 *
 * <p>Belongs to one call of one thread.
 */
final class PageMask {
  /** Below every score, and finite, so that a row without a key so far stays free of NaN. */
  private static final float HIDDEN = -Float.MAX_VALUE;

  private static final int[] LANE_BIT = new int[COUNT];

  static {
    for (int lane = 0; lane < COUNT; lane++) {
      LANE_BIT[lane] = 1 << lane;
    }
  }

  private final long[] rowsOfKey = new long[Long.SIZE];

  /** Takes rows {@code firstRow} on, at most 64, of a page. */
  void take(TokenMask mask, int page, int firstRow, int rows) {
    for (int r = 0; r < Long.SIZE; r++) {
      rowsOfKey[r] = r < rows ? mask.word(firstRow + r, page) : 0;
    }
    transpose(rowsOfKey);
  }

  /** Lowers the scores [keys, width] of keys that a row does not attend to. */
  void hideScores(float[] block, int keys, int width) {
    for (int b = 0; b < keys; b++) {
      replaceUnattended(block, b * width, width, rowsOfKey[b], HIDDEN);
    }
  }

  /** Sets the weights [keys, width] of keys that a row does not attend to to 0. */
  void clearWeights(float[] block, int keys, int width) {
    for (int b = 0; b < keys; b++) {
      replaceUnattended(block, b * width, width, rowsOfKey[b], 0f);
    }
  }

  private static void replaceUnattended(float[] block, int at, int width, long rows, float by) {
    for (int q = 0; q < width; q += COUNT) {
      VectorMask<Float> unattended =
          IntVector.fromArray(INTS, LANE_BIT, 0)
              .and((int) (rows >>> q))
              .compare(VectorOperators.EQ, 0)
              .cast(FLOATS);
      FloatVector.fromArray(FLOATS, block, at + q).blend(by, unattended).intoArray(block, at + q);
    }
  }

  /** Transposes 64 words as a matrix of bits (Hacker's Delight, section 7-3). */
  private static void transpose(long[] words) {
    long mask = 0x0000_0000_FFFF_FFFFL;
    for (int half = 32; half != 0; half >>>= 1, mask ^= mask << half) {
      for (int i = 0; i < Long.SIZE; i = (i + half + 1) & ~half) {
        long swap = (words[i] >>> half ^ words[i + half]) & mask;
        words[i] ^= swap << half;
        words[i + half] ^= swap;
      }
    }
  }
}
