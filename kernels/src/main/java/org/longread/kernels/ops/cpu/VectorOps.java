package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/**
 * The operations in the Vector API, equal bit for bit to the scalar reference.
 *
 * <p>Lanes always lie over independent results, never over a sum. Each call makes its own scratch,
 * sized by the call, so one instance serves any number of threads.
 */
final class VectorOps implements KernelOps {
  static final String NAME = "cpu";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return Lanes.FLOATS.vectorBitSize() + "-bit vectors x " + Lanes.COUNT + " float lanes";
  }

  @Override
  public void matmul(int t, Rows x, WeightMatrix weight, Rows y) {
    new MatrixProduct().multiply(t, x, weight, y);
  }

  @Override
  public void indexScores(IndexQueries tile, TokenPages keys, Rows scores) {
    new IndexScores(tile).run(keys, scores);
  }

  @Override
  public void indexScores(IndexQueries tile, CodePages keys, Rows scores) {
    new CodeIndexScores(tile).run(keys, scores);
  }

  @Override
  public void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices) {
    Selection selection = new Selection(firstCount + rows - 1, topK);
    for (int i = 0; i < rows; i++) {
      selection.select(scores, i, firstCount + i, topK, indices);
    }
  }

  @Override
  public DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse) {
    if (FewHeadsAttention.fits(call.shape())) {
      new FewHeadsAttention(call).run(out, lse);
    } else {
      new SparseAttention(call).run(out, lse);
    }
    return DeviceWork.NONE;
  }

  @Override
  public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
    new DenseAttention(call).run(out, lse);
  }

  @Override
  public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
    new AttentionWeights(call).run(lse, weights);
  }

  @Override
  public long fmaProbe() {
    return FmaProbe.run();
  }
}
