package org.longread.kernels.ops;

import java.util.Arrays;

/**
 * Attention at the published path's rounding points (dsa-spec section 7, point 5): scores bfloat16
 * after the dot and again after scaling, softmax float32, probabilities and results bfloat16.
 *
 * <p>Plain loops on the calling thread. A head's expanded keys and values exist as a whole, scores
 * for one row at a time.
 */
final class RoundedAttention {
  private static final int PAGE = TokenPages.PAGE;

  private final AttentionShape shape;

  RoundedAttention(AttentionShape shape) {
    this.shape = shape;
  }

  /** Absorbed attention, as {@link KernelOps#sparseAttention} has it. */
  void attend(AbsorbedAttention call, Rows out, Rows lse) {
    int width = shape.cached();
    float[] entries = new float[call.perRow() * width];
    float[] scores = new float[call.perRow()];
    for (int i = 0; i < call.rows(); i++) {
      int count = gather(call, i, entries);
      for (int h = 0; h < shape.heads(); h++) {
        int query = call.queries().at(i) + h * width;
        for (int n = 0; n < count; n++) {
          scores[n] = scaled(absorbedScore(call.queries().data(), query, entries, n * width));
        }
        lse.data()[lse.at(i) + h] = softmax(scores, count);
        int target = out.at(i) + h * shape.latent();
        mix(scores, count, Rows.of(entries, width), out.data(), target, shape.latent());
      }
    }
  }

  /** Copies the cache rows that row {@code i} attends to side by side; how many they are. */
  private int gather(AbsorbedAttention call, int i, float[] entries) {
    int count = 0;
    for (int n = i * call.perRow(); n < (i + 1) * call.perRow(); n++) {
      int s = call.indices()[n];
      if (s >= 0) {
        float[] page = call.cache().page(s / PAGE);
        System.arraycopy(
            page, s % PAGE * shape.cached(), entries, count++ * shape.cached(), shape.cached());
      }
    }
    return count;
  }

  private float absorbedScore(float[] queries, int query, float[] entries, int entry) {
    int latent = shape.latent();
    return dot(queries, query, entries, entry, latent)
        + dot(queries, query + latent, entries, entry + latent, shape.rope());
  }

  private static float dot(float[] a, int aAt, float[] b, int bAt, int n) {
    float sum = 0f;
    for (int c = 0; c < n; c++) {
      sum = Math.fma(a[aAt + c], b[bAt + c], sum);
    }
    return LowPrecision.bf16(sum);
  }

  private float scaled(float score) {
    return LowPrecision.bf16(LowPrecision.bf16(score) * shape.softmaxScale());
  }

  /** Expanded attention, as {@link KernelOps#denseAttention} has it. */
  void attend(ExpandedAttention call, Rows out, Rows lse) {
    int length = call.firstPosition() + call.rows();
    float[][] keys = new float[shape.query()][length];
    float[] values = new float[Math.multiplyExact(length, shape.value())];
    float[] attended = new float[values.length];
    float[] scores = new float[length];
    for (int h = 0; h < shape.heads(); h++) {
      expand(call, h, keys, values);
      for (int i = 0; i < call.rows(); i++) {
        int visible = call.firstPosition() + i + 1;
        int query = call.queries().at(i) + h * shape.query();
        score(call.queries().data(), query, keys, visible, scores);
        int count = 0;
        for (int s = 0; s < visible; s++) {
          if (call.attends(i, s)) {
            scores[count] = scaled(scores[s]);
            System.arraycopy(
                values, s * shape.value(), attended, count++ * shape.value(), shape.value());
          }
        }
        lse.data()[lse.at(i) + h] = softmax(scores, count);
        int target = out.at(i) + h * shape.value();
        mix(scores, count, Rows.of(attended, shape.value()), out.data(), target, shape.value());
      }
    }
  }

  /**
   * A head's keys and values of all tokens, rounded to bfloat16.
   *
   * @param keys [query, length]: unrotated, then rotated part
   * @param values [length, value]
   */
  private void expand(ExpandedAttention call, int h, float[][] keys, float[] values) {
    WeightMatrix keyUp = call.up().keyUp().get(h);
    WeightMatrix valueUp = call.up().valueUp().get(h);
    int latent = shape.latent();
    float[] up = new float[(shape.nope() + shape.value()) * latent];
    for (int c = 0; c < latent; c++) {
      for (int d = 0; d < shape.nope(); d++) {
        up[d * latent + c] = keyUp.at(c, d);
      }
      for (int v = 0; v < shape.value(); v++) {
        up[(shape.nope() + v) * latent + c] = valueUp.at(v, c);
      }
    }
    float[] columns = new float[shape.cached() * PAGE];
    float[] sums = new float[PAGE];
    for (int first = 0; first < keys[0].length; first += PAGE) {
      int count = Math.min(PAGE, keys[0].length - first);
      turn(call.cache().page(first / PAGE), count, columns);
      for (int d = 0; d < shape.nope(); d++) {
        multiply(up, d * latent, columns, sums);
        System.arraycopy(sums, 0, keys[d], first, count);
      }
      for (int r = 0; r < shape.rope(); r++) {
        System.arraycopy(columns, (latent + r) * PAGE, keys[shape.nope() + r], first, count);
      }
      for (int v = 0; v < shape.value(); v++) {
        multiply(up, (shape.nope() + v) * latent, columns, sums);
        for (int b = 0; b < count; b++) {
          values[(first + b) * shape.value() + v] = sums[b];
        }
      }
    }
  }

  /** The first {@code count} rows of a cache page as columns [cached, PAGE]. */
  private void turn(float[] page, int count, float[] columns) {
    for (int b = 0; b < count; b++) {
      for (int c = 0; c < shape.cached(); c++) {
        columns[c * PAGE + b] = page[b * shape.cached() + c];
      }
    }
  }

  /** One output of a page's tokens: sums over ascending latent columns, then bfloat16. */
  private void multiply(float[] up, int at, float[] columns, float[] sums) {
    Arrays.fill(sums, 0f);
    for (int c = 0; c < shape.latent(); c++) {
      float weight = up[at + c];
      for (int b = 0; b < PAGE; b++) {
        sums[b] = Math.fma(weight, columns[c * PAGE + b], sums[b]);
      }
    }
    ComputePrecision.FP8.toBf16(Rows.of(sums, PAGE), 1, PAGE);
  }

  private static void score(
      float[] queries, int query, float[][] keys, int visible, float[] scores) {
    Arrays.fill(scores, 0, visible, 0f);
    for (int d = 0; d < keys.length; d++) {
      float q = queries[query + d];
      float[] key = keys[d];
      for (int s = 0; s < visible; s++) {
        scores[s] = Math.fma(q, key[s], scores[s]);
      }
    }
  }

  /** Replaces scores by probabilities; yields their log-sum-exp, +inf if there are none. */
  private static float softmax(float[] scores, int count) {
    if (count == 0) {
      return Float.POSITIVE_INFINITY;
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int n = 0; n < count; n++) {
      max = Math.max(max, scores[n]);
    }
    float sum = 0f;
    for (int n = 0; n < count; n++) {
      scores[n] = Exponential.exp(scores[n] - max);
      sum += scores[n];
    }
    for (int n = 0; n < count; n++) {
      scores[n] = LowPrecision.bf16(scores[n] / sum);
    }
    return max + (float) StrictMath.log(sum);
  }

  /** Σ_n p_n row_n into out, rounded to bfloat16. */
  private static void mix(
      float[] probabilities, int count, Rows rows, float[] out, int to, int width) {
    Arrays.fill(out, to, to + width, 0f);
    for (int n = 0; n < count; n++) {
      float p = probabilities[n];
      int from = rows.at(n);
      for (int c = 0; c < width; c++) {
        out[to + c] = Math.fma(p, rows.data()[from + c], out[to + c]);
      }
    }
    ComputePrecision.FP8.toBf16(new Rows(out, to, width), 1, width);
  }
}
