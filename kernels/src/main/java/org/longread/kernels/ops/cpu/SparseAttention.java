package org.longread.kernels.ops.cpu;

import java.util.Arrays;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/**
 * Absorbed attention over chosen cache rows.
 *
 * <p>Per query row and block of 64 entries: scores and softmax with lanes over heads, then values
 * with lanes over the latent, several heads in registers so that an entry is loaded once.
 */
final class SparseAttention {
  private final AbsorbedAttention call;
  private final AttentionShape shape;
  private final AbsorbedScores scores;
  private final BlockSoftmax softmax;
  private final int valueWidth;
  private final float[] values;
  private final int[] list;
  private final PanelProduct product = new PanelProduct();

  SparseAttention(AbsorbedAttention call) {
    this.call = call;
    this.shape = call.shape();
    this.scores = new AbsorbedScores(call);
    this.softmax = new BlockSoftmax(scores.width, scores.width, shape.softmaxScale());
    this.valueWidth = Lanes.roundUp(shape.latent());
    this.values = new float[shape.heads() * valueWidth];
    this.list = new int[call.perRow()];
  }

  /** Writes out [rows, heads * latent] and lse [rows, heads]. */
  void run(Rows out, Rows lse) {
    for (int i = 0; i < call.rows(); i++) {
      attend(i);
      for (int h = 0; h < shape.heads(); h++) {
        int to = out.at(i) + h * shape.latent();
        lse.data()[lse.at(i) + h] =
            softmax.finish(h, values, h * valueWidth, out.data(), to, shape.latent());
      }
    }
  }

  private void attend(int i) {
    softmax.clear();
    Arrays.fill(values, 0f);
    scores.takeQueries(i);
    int valid = AbsorbedScores.compactList(call, i, list);
    for (int first = 0; first < valid; first += KernelOps.SOFTMAX_BLOCK) {
      addBlock(first, Math.min(KernelOps.SOFTMAX_BLOCK, valid - first));
    }
  }

  private void addBlock(int first, int count) {
    int width = scores.width;
    scores.entries.gather(list, first, count);
    scores.score(count, softmax.block);
    softmax.scaleScores(count, width);
    softmax.weigh(count, width, 0);
    softmax.addWeights(count, width, 0);
    for (int h = 0; h < shape.heads(); h++) {
      softmax.rescaleValues(h, values, h * valueWidth, valueWidth);
    }
    for (int c = 0; c < valueWidth; c += EntryBlock.WIDTH) {
      product
          .left(softmax.block, 0, 1, width)
          .right(scores.entries.data, EntryBlock.at(0, c), EntryBlock.STRIDE)
          .into(values, c, valueWidth)
          .add(shape.heads(), Math.min(EntryBlock.WIDTH, valueWidth - c), count);
    }
  }
}
