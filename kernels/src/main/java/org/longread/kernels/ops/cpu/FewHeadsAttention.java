package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;

import java.util.Arrays;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;

/**
 * Absorbed attention over chosen cache rows with up to four heads on wide vectors.
 *
 * <p>A vector of heads would be mostly empty. So lanes lie over four heads and four cache rows for
 * the scores, and over the latent for the values. Belongs to one call of one thread and owns its
 * arrays, which stay as small as four heads and one block: a step of generation is one row.
 *
 * <pre>
 * quads    [(latent + rope) / 4, 64, 4]  four columns of each row of the block, side by side
 * queries  [latent + rope, 4]            of the row; surplus heads are zero
 * </pre>
 */
final class FewHeadsAttention {
  private static final int HEADS = QuadSoftmax.QUERIES;
  private static final int PLANE = KernelOps.SOFTMAX_BLOCK * 4;

  private final AbsorbedAttention call;
  private final AttentionShape shape;
  private final int cached;
  private final QuadSoftmax softmax;
  private final float[] quads;
  private final float[] queries;
  private final float[] values;
  private final int[] list;
  private final float[][] pages = new float[KernelOps.SOFTMAX_BLOCK][];
  private final int[] at = new int[KernelOps.SOFTMAX_BLOCK];

  FewHeadsAttention(AbsorbedAttention call) {
    this.call = call;
    this.shape = call.shape();
    this.cached = shape.cached();
    this.softmax = new QuadSoftmax(shape.softmaxScale());
    this.quads = new float[cached / 4 * PLANE];
    this.queries = new float[cached * HEADS];
    this.values = new float[HEADS * shape.latent()];
    this.list = new int[call.perRow()];
  }

  /** Whether a vector of 16 heads would be a quarter full or less, and no tile has an edge. */
  static boolean fits(AttentionShape shape) {
    return COUNT == 16
        && shape.heads() <= HEADS
        && shape.latent() % (4 * COUNT) == 0
        && shape.rope() % COUNT == 0;
  }

  /** Writes out [rows, heads * latent] and lse [rows, heads]. */
  void run(Rows out, Rows lse) {
    int latent = shape.latent();
    for (int i = 0; i < call.rows(); i++) {
      attend(i);
      for (int h = 0; h < shape.heads(); h++) {
        int to = out.at(i) + h * latent;
        lse.data()[lse.at(i) + h] = softmax.finish(h, values, h * latent, out.data(), to, latent);
      }
    }
  }

  private void attend(int i) {
    softmax.clear();
    Arrays.fill(values, 0f);
    for (int h = 0; h < shape.heads(); h++) {
      takeHead(h, call.queries().at(i) + h * cached);
    }
    int valid = AbsorbedScores.compactList(call, i, list);
    for (int first = 0; first < valid; first += KernelOps.SOFTMAX_BLOCK) {
      addBlock(first, Math.min(KernelOps.SOFTMAX_BLOCK, valid - first), first > 0);
    }
  }

  private void takeHead(int h, int from) {
    float[] source = call.queries().data();
    for (int c = 0; c < cached; c++) {
      queries[c * HEADS + h] = source[from + c];
    }
  }

  private void addBlock(int first, int count, boolean rescale) {
    for (int b = 0; b < count; b++) {
      int s = list[first + b];
      pages[b] = call.cache().page(s / TokenPages.PAGE);
      at[b] = s % TokenPages.PAGE * cached;
    }
    // Rows are taken by fours: the last stands in for those that lack.
    for (int b = count; b % 4 != 0; b++) {
      pages[b] = pages[count - 1];
      at[b] = at[count - 1];
    }
    for (int b = 0; b < count; b += 4) {
      QuadTiles.takeQuads(pages, at, b, cached, quads, PLANE);
    }
    for (int b = 0; b < count * 4; b += 8 * COUNT) {
      QuadTiles.score(quads, PLANE, b, queries, cached, softmax.block);
    }
    softmax.weigh(count);
    if (rescale) {
      for (int h = 0; h < HEADS; h++) {
        rescale(h);
      }
    }
    for (int c = 0; c < shape.latent(); c += 4 * COUNT) {
      QuadTiles.addValues(pages, at, count, softmax.block, values, shape.latent(), c);
    }
  }

  private void rescale(int h) {
    float factor = softmax.rescale[h];
    int end = (h + 1) * shape.latent();
    for (int c = h * shape.latent(); c < end; c++) {
      values[c] *= factor;
    }
  }
}
