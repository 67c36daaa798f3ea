package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;

/**
 * The lightning indexer, fused: a page of keys is read once per query and no score of a single head
 * leaves the registers.
 *
 * <p>Lanes lie over keys. A page stays in the first-level cache while the rows of the tile pass.
 */
final class IndexScores {
  /** Keys scored at once: AVX2 has 16 registers, the others 32. */
  private static final int STRIP = COUNT == 8 ? 2 * COUNT : 4 * COUNT;

  private final IndexQueries tile;
  private final float[] queries;
  private final float[] weights;
  private final float[] partial = new float[TokenPages.PAGE];

  IndexScores(IndexQueries tile) {
    this.tile = tile;
    this.queries = tile.queries().data();
    this.weights = tile.headWeights().data();
  }

  /** Writes the visible columns of scores [rows, length]. */
  void run(TokenPages keys, Rows scores) {
    int seenByLast = tile.visible(tile.rows() - 1);
    for (int first = 0; first < seenByLast; first += TokenPages.PAGE) {
      scoreKeys(first, keys.page(first / TokenPages.PAGE), scores);
    }
  }

  /** Scores one page of keys, tokens {@code first} on, for every row that sees some of it. */
  void scoreKeys(int first, float[] page, Rows scores) {
    for (int i = Math.max(0, first - tile.firstPosition()); i < tile.rows(); i++) {
      int seen = tile.visible(i) - first;
      int at = scores.at(i) + first;
      if (seen >= TokenPages.PAGE) {
        scorePage(i, page, TokenPages.PAGE, scores.data(), at);
      } else {
        scorePage(i, page, seen, partial, 0);
        System.arraycopy(partial, 0, scores.data(), at, seen);
      }
    }
  }

  private void scorePage(int i, float[] page, int seen, float[] target, int at) {
    int inFours = tile.heads() / 4 * 4;
    for (int c = 0; c < seen; c += STRIP) {
      if (STRIP == 4 * COUNT) {
        Arrays.fill(target, at + c, at + c + STRIP, 0f);
        for (int j = 0; j < inFours; j += 4) {
          addFourHeads(i, j, page, c, target, at + c);
        }
      } else {
        scoreHeads(i, inFours, page, c, target, at + c);
      }
      for (int j = inFours; j < tile.heads(); j++) {
        for (int v = c; v < c + STRIP; v += 2 * COUNT) {
          addHead(i, j, page, v, target, at + v);
        }
      }
    }
  }

  /**
   * Adds heads {@code j} to {@code j + 3} to the scores of four vectors of keys: a load per two
   * multiply-adds, where two vectors take three loads per four.
   */
  private void addFourHeads(int i, int j, float[] page, int c, float[] target, int at) {
    float[] q = queries;
    int dim = tile.dim();
    int q0 = tile.queries().at(i) + j * dim;
    int q1 = q0 + dim;
    int q2 = q1 + dim;
    int q3 = q2 + dim;
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector s00 = zero;
    FloatVector s01 = zero;
    FloatVector s02 = zero;
    FloatVector s03 = zero;
    FloatVector s10 = zero;
    FloatVector s11 = zero;
    FloatVector s12 = zero;
    FloatVector s13 = zero;
    FloatVector s20 = zero;
    FloatVector s21 = zero;
    FloatVector s22 = zero;
    FloatVector s23 = zero;
    FloatVector s30 = zero;
    FloatVector s31 = zero;
    FloatVector s32 = zero;
    FloatVector s33 = zero;
    int key = c;
    for (int d = 0; d < dim; d++) {
      FloatVector k0 = FloatVector.fromArray(FLOATS, page, key);
      FloatVector k1 = FloatVector.fromArray(FLOATS, page, key + COUNT);
      FloatVector k2 = FloatVector.fromArray(FLOATS, page, key + 2 * COUNT);
      FloatVector k3 = FloatVector.fromArray(FLOATS, page, key + 3 * COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, q[q0 + d]);
      s00 = a.fma(k0, s00);
      s01 = a.fma(k1, s01);
      s02 = a.fma(k2, s02);
      s03 = a.fma(k3, s03);
      a = FloatVector.broadcast(FLOATS, q[q1 + d]);
      s10 = a.fma(k0, s10);
      s11 = a.fma(k1, s11);
      s12 = a.fma(k2, s12);
      s13 = a.fma(k3, s13);
      a = FloatVector.broadcast(FLOATS, q[q2 + d]);
      s20 = a.fma(k0, s20);
      s21 = a.fma(k1, s21);
      s22 = a.fma(k2, s22);
      s23 = a.fma(k3, s23);
      a = FloatVector.broadcast(FLOATS, q[q3 + d]);
      s30 = a.fma(k0, s30);
      s31 = a.fma(k1, s31);
      s32 = a.fma(k2, s32);
      s33 = a.fma(k3, s33);
      key += TokenPages.PAGE;
    }
    int w = tile.headWeights().at(i) + j;
    // Their weighted positive parts, heads ascending.
    FloatVector score0 = FloatVector.fromArray(FLOATS, target, at);
    FloatVector score1 = FloatVector.fromArray(FLOATS, target, at + 1 * COUNT);
    FloatVector score2 = FloatVector.fromArray(FLOATS, target, at + 2 * COUNT);
    FloatVector score3 = FloatVector.fromArray(FLOATS, target, at + 3 * COUNT);
    FloatVector a = FloatVector.broadcast(FLOATS, weights[w + 0]);
    score0 = a.fma(s00.blend(zero, s00.compare(VectorOperators.LT, 0f)), score0);
    score1 = a.fma(s01.blend(zero, s01.compare(VectorOperators.LT, 0f)), score1);
    score2 = a.fma(s02.blend(zero, s02.compare(VectorOperators.LT, 0f)), score2);
    score3 = a.fma(s03.blend(zero, s03.compare(VectorOperators.LT, 0f)), score3);
    a = FloatVector.broadcast(FLOATS, weights[w + 1]);
    score0 = a.fma(s10.blend(zero, s10.compare(VectorOperators.LT, 0f)), score0);
    score1 = a.fma(s11.blend(zero, s11.compare(VectorOperators.LT, 0f)), score1);
    score2 = a.fma(s12.blend(zero, s12.compare(VectorOperators.LT, 0f)), score2);
    score3 = a.fma(s13.blend(zero, s13.compare(VectorOperators.LT, 0f)), score3);
    a = FloatVector.broadcast(FLOATS, weights[w + 2]);
    score0 = a.fma(s20.blend(zero, s20.compare(VectorOperators.LT, 0f)), score0);
    score1 = a.fma(s21.blend(zero, s21.compare(VectorOperators.LT, 0f)), score1);
    score2 = a.fma(s22.blend(zero, s22.compare(VectorOperators.LT, 0f)), score2);
    score3 = a.fma(s23.blend(zero, s23.compare(VectorOperators.LT, 0f)), score3);
    a = FloatVector.broadcast(FLOATS, weights[w + 3]);
    score0 = a.fma(s30.blend(zero, s30.compare(VectorOperators.LT, 0f)), score0);
    score1 = a.fma(s31.blend(zero, s31.compare(VectorOperators.LT, 0f)), score1);
    score2 = a.fma(s32.blend(zero, s32.compare(VectorOperators.LT, 0f)), score2);
    score3 = a.fma(s33.blend(zero, s33.compare(VectorOperators.LT, 0f)), score3);
    score0.intoArray(target, at);
    score1.intoArray(target, at + 1 * COUNT);
    score2.intoArray(target, at + 2 * COUNT);
    score3.intoArray(target, at + 3 * COUNT);
  }

  /** Scores two vectors of keys by heads 0 to {@code heads - 1}, four at a time. */
  private void scoreHeads(int i, int heads, float[] page, int c, float[] target, int at) {
    float[] q = queries;
    int dim = tile.dim();
    int wAt = tile.headWeights().at(i);
    int q0 = tile.queries().at(i);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector score0 = zero;
    FloatVector score1 = zero;
    for (int j = 0; j < heads; j += 4, q0 += 4 * dim) {
      // Dots of four heads.
      int q1 = q0 + dim;
      int q2 = q1 + dim;
      int q3 = q2 + dim;
      FloatVector s00 = zero;
      FloatVector s01 = zero;
      FloatVector s10 = zero;
      FloatVector s11 = zero;
      FloatVector s20 = zero;
      FloatVector s21 = zero;
      FloatVector s30 = zero;
      FloatVector s31 = zero;
      for (int d = 0; d < dim; d++) {
        FloatVector k0 = FloatVector.fromArray(FLOATS, page, d * TokenPages.PAGE + c);
        FloatVector k1 = FloatVector.fromArray(FLOATS, page, d * TokenPages.PAGE + c + COUNT);
        FloatVector a = FloatVector.broadcast(FLOATS, q[q0 + d]);
        s00 = a.fma(k0, s00);
        s01 = a.fma(k1, s01);
        a = FloatVector.broadcast(FLOATS, q[q1 + d]);
        s10 = a.fma(k0, s10);
        s11 = a.fma(k1, s11);
        a = FloatVector.broadcast(FLOATS, q[q2 + d]);
        s20 = a.fma(k0, s20);
        s21 = a.fma(k1, s21);
        a = FloatVector.broadcast(FLOATS, q[q3 + d]);
        s30 = a.fma(k0, s30);
        s31 = a.fma(k1, s31);
      }
      // Their weighted positive parts, heads ascending.
      FloatVector w = FloatVector.broadcast(FLOATS, weights[wAt + j]);
      score0 = w.fma(s00.blend(zero, s00.compare(VectorOperators.LT, 0f)), score0);
      score1 = w.fma(s01.blend(zero, s01.compare(VectorOperators.LT, 0f)), score1);
      w = FloatVector.broadcast(FLOATS, weights[wAt + j + 1]);
      score0 = w.fma(s10.blend(zero, s10.compare(VectorOperators.LT, 0f)), score0);
      score1 = w.fma(s11.blend(zero, s11.compare(VectorOperators.LT, 0f)), score1);
      w = FloatVector.broadcast(FLOATS, weights[wAt + j + 2]);
      score0 = w.fma(s20.blend(zero, s20.compare(VectorOperators.LT, 0f)), score0);
      score1 = w.fma(s21.blend(zero, s21.compare(VectorOperators.LT, 0f)), score1);
      w = FloatVector.broadcast(FLOATS, weights[wAt + j + 3]);
      score0 = w.fma(s30.blend(zero, s30.compare(VectorOperators.LT, 0f)), score0);
      score1 = w.fma(s31.blend(zero, s31.compare(VectorOperators.LT, 0f)), score1);
    }
    score0.intoArray(target, at);
    score1.intoArray(target, at + COUNT);
  }

  /** Adds head {@code j} to the scores of two vectors of keys. */
  private void addHead(int i, int j, float[] page, int c, float[] target, int at) {
    int dim = tile.dim();
    int q0 = tile.queries().at(i) + j * dim;
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    for (int d = 0; d < dim; d++) {
      FloatVector a = FloatVector.broadcast(FLOATS, queries[q0 + d]);
      s0 = a.fma(FloatVector.fromArray(FLOATS, page, d * TokenPages.PAGE + c), s0);
      s1 = a.fma(FloatVector.fromArray(FLOATS, page, d * TokenPages.PAGE + c + COUNT), s1);
    }
    FloatVector w = FloatVector.broadcast(FLOATS, weights[tile.headWeights().at(i) + j]);
    w.fma(
            s0.blend(0f, s0.compare(VectorOperators.LT, 0f)),
            FloatVector.fromArray(FLOATS, target, at))
        .intoArray(target, at);
    w.fma(
            s1.blend(0f, s1.compare(VectorOperators.LT, 0f)),
            FloatVector.fromArray(FLOATS, target, at + COUNT))
        .intoArray(target, at + COUNT);
  }
}
