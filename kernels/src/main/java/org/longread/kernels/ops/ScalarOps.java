package org.longread.kernels.ops;

import java.util.Arrays;

/**
 * The reference: what each operation means, bit for bit, in plain Java.
 *
 * <p>Written to be read. Every backend is held to these results by one contract test.
 */
public final class ScalarOps implements KernelOps {
  static final String NAME = "scalar";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return "one float lane";
  }

  @Override
  public void matmul(int t, Rows x, WeightMatrix weight, Rows y) {
    float[] row = new float[weight.cols()];
    for (int o = 0; o < weight.rows(); o++) {
      for (int k = 0; k < row.length; k++) {
        row[k] = weight.at(o, k);
      }
      for (int i = 0; i < t; i++) {
        y.data()[y.at(i) + o] = dot(x.data(), x.at(i), row, 0, row.length, 0f);
      }
    }
  }

  /** One chain: sum + a[0] b[0] + a[1] b[1] + ..., each a fused multiply-add. */
  private static float dot(float[] a, int aAt, float[] b, int bAt, int n, float sum) {
    float chain = sum;
    for (int k = 0; k < n; k++) {
      chain = Math.fma(a[aAt + k], b[bAt + k], chain);
    }
    return chain;
  }

  @Override
  public void indexScores(IndexQueries tile, TokenPages keys, Rows scores) {
    float[] key = new float[tile.dim()];
    for (int s = 0; s < tile.visible(tile.rows() - 1); s++) {
      for (int d = 0; d < key.length; d++) {
        key[d] = keys.get(s, d);
      }
      for (int i = Math.max(0, s - tile.firstPosition()); i < tile.rows(); i++) {
        scores.data()[scores.at(i) + s] = indexScore(tile, i, key);
      }
    }
  }

  @Override
  public void indexScores(IndexQueries tile, CodePages keys, Rows scores) {
    float[] key = new float[tile.dim()];
    for (int s = 0; s < tile.visible(tile.rows() - 1); s++) {
      int page = s / TokenPages.PAGE;
      int slot = s % TokenPages.PAGE;
      for (int d = 0; d < key.length; d++) {
        key[d] = keys.codes(page)[d * TokenPages.PAGE + slot];
      }
      for (int i = Math.max(0, s - tile.firstPosition()); i < tile.rows(); i++) {
        scores.data()[scores.at(i) + s] = indexScore(tile, i, key) * keys.scales(page)[slot];
      }
    }
  }

  private static float indexScore(IndexQueries tile, int i, float[] key) {
    float[] q = tile.queries().data();
    int qAt = tile.queries().at(i);
    int wAt = tile.headWeights().at(i);
    float score = 0f;
    for (int j = 0; j < tile.heads(); j++) {
      float dot = dot(q, qAt + j * tile.dim(), key, 0, tile.dim(), 0f);
      float relu = dot < 0f ? 0f : dot;
      score = Math.fma(tile.headWeights().data()[wAt + j], relu, score);
    }
    return score;
  }

  @Override
  public void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices) {
    for (int i = 0; i < rows; i++) {
      selectRow(scores, i, firstCount + i, topK, indices);
    }
  }

  /** Sorts (score descending, index ascending), keeps the first topK, lists them by index. */
  private static void selectRow(Rows scores, int i, int count, int topK, int[] indices) {
    long[] keyed = new long[count];
    for (int s = 0; s < count; s++) {
      float score = scores.data()[scores.at(i) + s];
      if (Float.isNaN(score)) {
        throw new NotANumberException(i, s);
      }
      keyed[s] = (long) ~orderedBits(score) << 32 | s;
    }
    Arrays.sort(keyed);
    int kept = Math.min(topK, count);
    int at = i * topK;
    for (int n = 0; n < kept; n++) {
      indices[at + n] = (int) keyed[n];
    }
    Arrays.sort(indices, at, at + kept);
    Arrays.fill(indices, at + kept, at + topK, -1);
  }

  /** Bits whose signed order is the order of the floats, with -0.0 equal to +0.0. */
  private static int orderedBits(float score) {
    int bits = Float.floatToRawIntBits(score + 0f);
    return bits ^ (bits >> 31 & 0x7FFF_FFFF);
  }

  @Override
  public DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse) {
    AttentionShape shape = call.shape();
    OnlineSoftmax softmax = new OnlineSoftmax(shape.latent());
    float[][] entries = new float[SOFTMAX_BLOCK][shape.cached()];
    for (int i = 0; i < call.rows(); i++) {
      int[] valid = validIndices(call, i);
      for (int h = 0; h < shape.heads(); h++) {
        int qAt = call.queries().at(i) + h * shape.cached();
        softmax.clear();
        for (int first = 0; first < valid.length; first += SOFTMAX_BLOCK) {
          int n = Math.min(SOFTMAX_BLOCK, valid.length - first);
          for (int b = 0; b < n; b++) {
            loadRow(call.cache(), valid[first + b], entries[b]);
            softmax.score[b] =
                dot(call.queries().data(), qAt, entries[b], 0, shape.cached(), 0f)
                    * shape.softmaxScale();
          }
          softmax.addBlock(n, entries, 0);
        }
        softmax.finish(out, i, h * shape.latent(), lse, h);
      }
    }
    return DeviceWork.NONE;
  }

  private static int[] validIndices(AbsorbedAttention call, int i) {
    return Arrays.stream(call.indices(), i * call.perRow(), (i + 1) * call.perRow())
        .filter(s -> s >= 0)
        .toArray();
  }

  private static void loadRow(TokenPages cache, int s, float[] target) {
    float[] page = cache.page(s / TokenPages.PAGE);
    System.arraycopy(page, s % TokenPages.PAGE * cache.width(), target, 0, target.length);
  }

  @Override
  public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
    AttentionShape shape = call.shape();
    for (int h = 0; h < shape.heads(); h++) {
      OnlineSoftmax[] softmax = new OnlineSoftmax[call.rows()];
      Arrays.setAll(softmax, i -> new OnlineSoftmax(shape.value()));
      int last = call.firstPosition() + call.rows() - 1;
      for (int first = 0; first <= last; first += SOFTMAX_BLOCK) {
        int n = Math.min(SOFTMAX_BLOCK, last + 1 - first);
        float[][] keys = new float[n][shape.query()];
        float[][] values = new float[n][shape.value()];
        expand(call, h, first, keys, values);
        for (int i = Math.max(0, first - call.firstPosition()); i < call.rows(); i++) {
          float[][] attended = new float[n][];
          int qAt = call.queries().at(i) + h * shape.query();
          int count = 0;
          for (int b = 0; b < n; b++) {
            if (call.attends(i, first + b)) {
              attended[count] = values[b];
              softmax[i].score[count++] =
                  dot(call.queries().data(), qAt, keys[b], 0, shape.query(), 0f)
                      * shape.softmaxScale();
            }
          }
          if (count > 0) {
            softmax[i].addBlock(count, attended, 0);
          }
        }
      }
      for (int i = 0; i < call.rows(); i++) {
        softmax[i].dropNegativeZeros();
        softmax[i].finish(out, i, h * shape.value(), lse, h);
      }
    }
  }

  /** k = [W_UK c ; rope key], v = W_UV c for the tokens from {@code first} on. */
  private static void expand(
      ExpandedAttention call, int h, int first, float[][] keys, float[][] values) {
    AttentionShape shape = call.shape();
    WeightMatrix keyUp = call.up().keyUp().get(h);
    WeightMatrix valueUp = call.up().valueUp().get(h);
    float[] entry = new float[shape.cached()];
    for (int b = 0; b < keys.length; b++) {
      loadRow(call.cache(), first + b, entry);
      for (int d = 0; d < shape.nope(); d++) {
        float chain = 0f;
        for (int c = 0; c < shape.latent(); c++) {
          chain = Math.fma(keyUp.at(c, d), entry[c], chain);
        }
        keys[b][d] = chain;
      }
      System.arraycopy(entry, shape.latent(), keys[b], shape.nope(), shape.rope());
      for (int v = 0; v < shape.value(); v++) {
        float chain = 0f;
        for (int c = 0; c < shape.latent(); c++) {
          chain = Math.fma(valueUp.at(v, c), entry[c], chain);
        }
        values[b][v] = chain;
      }
    }
  }

  @Override
  public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
    AttentionShape shape = call.shape();
    float[] entry = new float[shape.cached()];
    for (int i = 0; i < call.rows(); i++) {
      for (int n = 0; n < call.perRow(); n++) {
        int s = call.indices()[i * call.perRow() + n];
        float sum = 0f;
        if (s >= 0) {
          loadRow(call.cache(), s, entry);
          for (int h = 0; h < shape.heads(); h++) {
            int qAt = call.queries().at(i) + h * shape.cached();
            float score =
                dot(call.queries().data(), qAt, entry, 0, shape.cached(), 0f)
                    * shape.softmaxScale();
            sum += Exponential.exp(score - lse.data()[lse.at(i) + h]);
          }
        }
        weights.data()[weights.at(i) + n] = sum;
      }
    }
  }

  /**
   * Running softmax-weighted sum over blocks of keys (Milakov and Gimelshein, 2018). Per block: the
   * new maximum rescales sum and values, then weights are added in key order, one chain each.
   */
  private static final class OnlineSoftmax {
    final float[] score = new float[SOFTMAX_BLOCK];
    private final float[] values;
    private float max;
    private float sum;

    OnlineSoftmax(int width) {
      values = new float[width];
      clear();
    }

    void clear() {
      Arrays.fill(values, 0f);
      max = Float.NEGATIVE_INFINITY;
      sum = 0f;
    }

    void addBlock(int n, float[][] rows, int column) {
      float newMax = max;
      for (int b = 0; b < n; b++) {
        newMax = Math.max(newMax, score[b]);
      }
      float rescale = Exponential.exp(max - newMax);
      max = newMax;
      sum *= rescale;
      for (int c = 0; c < values.length; c++) {
        values[c] *= rescale;
      }
      for (int b = 0; b < n; b++) {
        float p = Exponential.exp(score[b] - newMax);
        sum += p;
        for (int c = 0; c < values.length; c++) {
          values[c] = Math.fma(p, rows[b][column + c], values[c]);
        }
      }
    }

    void dropNegativeZeros() {
      for (int c = 0; c < values.length; c++) {
        values[c] += 0f;
      }
    }

    void finish(Rows out, int i, int column, Rows lse, int h) {
      boolean empty = max == Float.NEGATIVE_INFINITY;
      for (int c = 0; c < values.length; c++) {
        out.data()[out.at(i) + column + c] = empty ? 0f : values[c] / sum;
      }
      lse.data()[lse.at(i) + h] =
          empty ? Float.POSITIVE_INFINITY : max + (float) StrictMath.log(sum);
    }
  }

  @Override
  public long fmaProbe() {
    return ScalarProbe.run();
  }
}
