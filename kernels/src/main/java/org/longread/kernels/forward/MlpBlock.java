package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.Exponential;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/** down(silu(gate(x)) ⊙ up(x)). */
final class MlpBlock {
  private MlpBlock() {}

  /** Rows [t, D] into out [t, D], which may be the same. */
  static void apply(KernelOps ops, ModelWeights.Mlp mlp, int t, Rows x, Rows out) {
    int width = mlp.gate().rows();
    float[] gate = new float[t * width];
    float[] up = new float[t * width];
    ops.matmul(t, x, mlp.gate(), Rows.of(gate, width));
    ops.matmul(t, x, mlp.up(), Rows.of(up, width));
    for (int i = 0; i < gate.length; i++) {
      gate[i] = Exponential.silu(gate[i]) * up[i];
    }
    ops.computePrecision().toBf16(Rows.of(gate, width), t, width);
    ops.matmul(t, Rows.of(gate, width), mlp.down(), out);
  }
}
