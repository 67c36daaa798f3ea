package org.longread.kernels.ops.cpu;

import java.util.Arrays;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.TokenPages;

/**
 * Scores of one query row against a block of chosen cache rows, lanes over heads.
 *
 * <pre>
 * queries  [latent + rope, width]  the row's queries side by side; width = heads, rounded up
 * entries  [block, latent + rope]  the block's cache rows, gathered; each is read by all heads
 * </pre>
 *
 * <p>Belongs to one call of one thread and owns both arrays. Surplus heads have zero queries.
 */
final class AbsorbedScores {
  final int width;
  final float[] entries;
  private final AbsorbedAttention call;
  private final int cached;
  private final float[] queries;
  private final PanelProduct product = new PanelProduct();

  AbsorbedScores(AbsorbedAttention call) {
    this.call = call;
    this.cached = call.shape().cached();
    this.width = Lanes.roundUp(call.shape().heads());
    this.queries = new float[cached * width];
    // The last row may be read a vector beyond its latent.
    this.entries = new float[KernelOps.SOFTMAX_BLOCK * cached + Lanes.COUNT];
  }

  /** Takes the queries of row {@code i}. */
  void takeQueries(int i) {
    float[] source = call.queries().data();
    for (int h = 0; h < call.shape().heads(); h++) {
      int at = call.queries().at(i) + h * cached;
      for (int c = 0; c < cached; c++) {
        queries[c * width + h] = source[at + c];
      }
    }
  }

  /** Gathers {@code count} cache rows, named from {@code list[from]} on. */
  void gather(int[] list, int from, int count) {
    for (int b = 0; b < count; b++) {
      int s = list[from + b];
      float[] page = call.cache().page(s / TokenPages.PAGE);
      System.arraycopy(page, s % TokenPages.PAGE * cached, entries, b * cached, cached);
    }
  }

  /** Writes the raw scores of the gathered rows, [count, width]. */
  void score(int count, float[] scores) {
    Arrays.fill(scores, 0, count * width, 0f);
    product
        .left(entries, 0, cached, 1)
        .right(queries, 0, width)
        .into(scores, 0, width)
        .add(count, width, cached);
  }

  /** Copies the valid entries of row {@code i} of the list to {@code target}; returns how many. */
  int compactList(int i, int[] target) {
    int count = 0;
    int from = i * call.perRow();
    for (int n = 0; n < call.perRow(); n++) {
      int s = call.indices()[from + n];
      if (s >= 0) {
        target[count++] = s;
      }
    }
    return count;
  }
}
