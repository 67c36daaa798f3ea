package org.longread.kernels.ops;

import java.util.Optional;

/**
 * A backend's operations at the rounding points of {@link ComputePrecision#FP8} (dsa-spec section
 * 7): inputs of FP8 weights are rounded to E4M3 and their outputs to bfloat16; other weights,
 * router and output head among them, are taken as they are. Attention is {@link RoundedAttention}.
 */
public final class RoundedOps implements KernelOps {
  private final KernelOps ops;

  /** Rounds around a backend, which it owns. */
  public RoundedOps(KernelOps ops) {
    this.ops = ops;
  }

  @Override
  public ComputePrecision computePrecision() {
    return ComputePrecision.FP8;
  }

  @Override
  public String name() {
    return ops.name();
  }

  @Override
  public String device() {
    return ops.device();
  }

  @Override
  public void matmul(int t, Rows x, WeightMatrix weight, Rows y) {
    if (weight.precision() != Precision.FP8_E4M3) {
      ops.matmul(t, x, weight, y);
      return;
    }
    int cols = weight.cols();
    float[] rounded = new float[t * cols];
    for (int i = 0; i < t; i++) {
      System.arraycopy(x.data(), x.at(i), rounded, i * cols, cols);
    }
    Rows input = Rows.of(rounded, cols);
    computePrecision().toE4m3(input, t, cols);
    matmulOfHead(t, input, weight, y);
  }

  @Override
  public void matmulOfHead(int t, Rows x, WeightMatrix weight, Rows y) {
    ops.matmul(t, x, weight, y);
    computePrecision().toBf16(y, t, weight.rows());
  }

  @Override
  public void indexScores(IndexQueries tile, TokenPages keys, Rows scores) {
    ops.indexScores(tile, keys, scores);
  }

  @Override
  public void indexScores(IndexQueries tile, CodePages keys, Rows scores) {
    ops.indexScores(tile, keys, scores);
  }

  @Override
  public void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices) {
    ops.selectTopK(scores, rows, firstCount, topK, indices);
  }

  @Override
  public Optional<FusedSelection> fusedSelection() {
    return ops.fusedSelection();
  }

  @Override
  public DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse) {
    new RoundedAttention(call.shape()).attend(call, out, lse);
    return DeviceWork.NONE;
  }

  @Override
  public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
    new RoundedAttention(call.shape()).attend(call, out, lse);
  }

  @Override
  public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
    ops.attentionWeights(call, lse, weights);
  }

  @Override
  public long fmaProbe() {
    return ops.fmaProbe();
  }

  @Override
  public void close() {
    ops.close();
  }
}
