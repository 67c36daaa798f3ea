package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/** Probabilities of absorbed attention summed over heads, lanes over heads up to that sum. */
final class AttentionWeights {
  private final AbsorbedAttention call;
  private final AbsorbedScores scores;
  private final float[] block;
  private final float[] rowLse;
  private final int[] list;

  AttentionWeights(AbsorbedAttention call) {
    this.call = call;
    this.scores = new AbsorbedScores(call);
    this.block = new float[KernelOps.SOFTMAX_BLOCK * scores.width];
    this.rowLse = new float[scores.width];
    this.list = new int[call.perRow()];
  }

  /** Writes weights [rows, perRow] for lse [rows, heads]. */
  void run(Rows lse, Rows weights) {
    for (int i = 0; i < call.rows(); i++) {
      scores.takeQueries(i);
      System.arraycopy(lse.data(), lse.at(i), rowLse, 0, call.shape().heads());
      int valid = AbsorbedScores.compactList(call, i, list);
      float[] target = weights.data();
      int at = weights.at(i);
      Arrays.fill(target, at, at + call.perRow(), 0f);
      int slot = i * call.perRow();
      for (int first = 0; first < valid; first += KernelOps.SOFTMAX_BLOCK) {
        int count = Math.min(KernelOps.SOFTMAX_BLOCK, valid - first);
        weigh(first, count);
        for (int b = 0; b < count; b++, slot++) {
          while (call.indices()[slot] < 0) {
            slot++;
          }
          target[at + slot - i * call.perRow()] = sumOverHeads(b);
        }
      }
    }
  }

  private void weigh(int first, int count) {
    int width = scores.width;
    scores.entries.gather(list, first, count);
    scores.score(count, block);
    for (int b = 0; b < count; b++) {
      for (int h = 0; h < width; h += COUNT) {
        FloatVector.fromArray(FLOATS, block, b * width + h)
            .mul(call.shape().softmaxScale())
            .sub(FloatVector.fromArray(FLOATS, rowLse, h))
            .intoArray(block, b * width + h);
      }
    }
    VectorExponential.expInPlace(block, count * width);
  }

  private float sumOverHeads(int b) {
    float sum = 0f;
    for (int h = 0; h < call.shape().heads(); h++) {
      sum += block[b * scores.width + h];
    }
    return sum;
  }
}
