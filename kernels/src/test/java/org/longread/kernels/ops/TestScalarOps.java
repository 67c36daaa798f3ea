package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds the reference itself to textbook formulas in double precision. */
class TestScalarOps extends KernelOpsContract {
  /** Sums of up to some 100 products of order 1, in float32: relative error near 100 * 2^-24. */
  private static final double TOLERANCE = 2e-5;

  private static final AttentionShape SHAPE = new AttentionShape(3, 20, 6, 10, 12, 0.2f);
  private static final int LENGTH = 150;
  private static final int ROWS = 5;

  private final Inputs inputs = new Inputs(7, Inputs.Fill.NORMAL);

  @Override
  protected KernelOps ops() {
    return new ScalarOps();
  }

  @Test
  void matmulIsTheSumOfProducts() {
    Rows x = inputs.rows(4, 33);
    WeightMatrix weight = inputs.weight(21, 33, Precision.BF16);
    Rows y = Inputs.target(4, 21);
    ops().matmul(4, x, weight, y);
    for (int i = 0; i < 4; i++) {
      for (int o = 0; o < 21; o++) {
        double sum = 0;
        for (int k = 0; k < 33; k++) {
          sum += (double) at(x, i, k) * weight.at(o, k);
        }
        assertThat((double) at(y, i, o)).isEqualTo(sum, within(TOLERANCE));
      }
    }
  }

  @Test
  void indexScoreIsTheWeightedSumOfPositiveParts() {
    Rows queries = inputs.rows(2, 3 * 16);
    Rows weights = inputs.rows(2, 3);
    TokenPages keys = inputs.cache(80, 16, TokenPages.Layout.LANES);
    Rows scores = Inputs.target(2, 80);
    ops().indexScores(new IndexQueries(queries, weights, 2, 3, 16, 70), keys, scores);
    for (int i = 0; i < 2; i++) {
      for (int s = 0; s <= 70 + i; s++) {
        double score = 0;
        for (int j = 0; j < 3; j++) {
          double dot = 0;
          for (int d = 0; d < 16; d++) {
            dot += (double) at(queries, i, j * 16 + d) * keys.get(s, d);
          }
          score += at(weights, i, j) * Math.max(0, dot);
        }
        assertThat((double) at(scores, i, s)).isEqualTo(score, within(TOLERANCE));
      }
    }
  }

  @Test
  void sparseAttentionIsTheSoftmaxOverItsList() {
    Rows queries = inputs.rows(ROWS, SHAPE.heads() * SHAPE.cached());
    TokenPages cache = inputs.cache(LENGTH, SHAPE.cached(), TokenPages.Layout.ROWS);
    int[] indices = new int[ROWS * LENGTH];
    for (int n = 0; n < indices.length; n++) {
      indices[n] = n % 3 == 0 ? -1 : n % LENGTH;
    }
    Rows out = Inputs.target(ROWS, SHAPE.heads() * SHAPE.latent());
    Rows lse = Inputs.target(ROWS, SHAPE.heads());
    AbsorbedAttention call = new AbsorbedAttention(SHAPE, queries, ROWS, cache, indices, LENGTH);
    ops().sparseAttention(call, out, lse);
    Rows weights = Inputs.target(ROWS, LENGTH);
    ops().attentionWeights(call, lse, weights);
    for (int i = 0; i < ROWS; i++) {
      int row = i;
      int[] list =
          IntStream.range(0, LENGTH)
              .filter(n -> indices[row * LENGTH + n] >= 0)
              .map(n -> indices[row * LENGTH + n])
              .toArray();
      double mass = 0;
      for (int h = 0; h < SHAPE.heads(); h++) {
        double[] query = slice(queries, i, h * SHAPE.cached(), SHAPE.cached());
        List<double[]> keys = new ArrayList<>();
        for (int s : list) {
          keys.add(entry(cache, s));
        }
        double[] expected = attend(query, keys, keys, SHAPE.latent());
        assertRow(slice(out, i, h * SHAPE.latent(), SHAPE.latent()), expected);
        assertThat((double) at(lse, i, h)).isEqualTo(expected[SHAPE.latent()], within(TOLERANCE));
        mass += 1;
      }
      double total = 0;
      for (int n = 0; n < LENGTH; n++) {
        total += at(weights, i, n);
      }
      assertThat(total).isEqualTo(mass, within(TOLERANCE));
    }
  }

  @Test
  void denseAttentionIsTheCausalSoftmaxOverExpandedKeys() {
    int first = LENGTH - ROWS;
    Rows queries = inputs.rows(ROWS, SHAPE.heads() * SHAPE.query());
    TokenPages cache = inputs.cache(LENGTH, SHAPE.cached(), TokenPages.Layout.ROWS);
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < SHAPE.heads(); h++) {
      keyUp.add(inputs.weight(SHAPE.latent(), SHAPE.nope(), Precision.F32));
      valueUp.add(inputs.weight(SHAPE.value(), SHAPE.latent(), Precision.F32));
    }
    Rows out = Inputs.target(ROWS, SHAPE.heads() * SHAPE.value());
    Rows lse = Inputs.target(ROWS, SHAPE.heads());
    ops()
        .denseAttention(
            new ExpandedAttention(
                SHAPE, queries, ROWS, first, cache, new ExpandedAttention.Up(keyUp, valueUp)),
            out,
            lse);
    for (int i = 0; i < ROWS; i++) {
      for (int h = 0; h < SHAPE.heads(); h++) {
        double[] query = slice(queries, i, h * SHAPE.query(), SHAPE.query());
        List<double[]> keys = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (int s = 0; s <= first + i; s++) {
          keys.add(expandedKey(entry(cache, s), keyUp.get(h)));
          values.add(expandedValue(entry(cache, s), valueUp.get(h)));
        }
        double[] expected = attend(query, keys, values, SHAPE.value());
        assertRow(slice(out, i, h * SHAPE.value(), SHAPE.value()), expected);
        assertThat((double) at(lse, i, h)).isEqualTo(expected[SHAPE.value()], within(TOLERANCE));
      }
    }
  }

  /** The softmax-weighted mean of values, then the log-sum-exp. */
  private static double[] attend(
      double[] query, List<double[]> keys, List<double[]> values, int width) {
    double[] result = new double[width + 1];
    double sum = 0;
    for (int s = 0; s < keys.size(); s++) {
      double dot = 0;
      for (int c = 0; c < query.length; c++) {
        dot += query[c] * keys.get(s)[c];
      }
      double weight = Math.exp(dot * SHAPE.softmaxScale());
      sum += weight;
      for (int c = 0; c < width; c++) {
        result[c] += weight * values.get(s)[c];
      }
    }
    for (int c = 0; c < width; c++) {
      result[c] /= sum;
    }
    result[width] = Math.log(sum);
    return result;
  }

  private static double[] expandedKey(double[] entry, WeightMatrix up) {
    double[] key = new double[SHAPE.query()];
    for (int d = 0; d < SHAPE.nope(); d++) {
      for (int c = 0; c < SHAPE.latent(); c++) {
        key[d] += up.at(c, d) * entry[c];
      }
    }
    System.arraycopy(entry, SHAPE.latent(), key, SHAPE.nope(), SHAPE.rope());
    return key;
  }

  private static double[] expandedValue(double[] entry, WeightMatrix up) {
    double[] value = new double[SHAPE.value()];
    for (int v = 0; v < SHAPE.value(); v++) {
      for (int c = 0; c < SHAPE.latent(); c++) {
        value[v] += up.at(v, c) * entry[c];
      }
    }
    return value;
  }

  private static void assertRow(double[] actual, double[] expected) {
    for (int c = 0; c < actual.length; c++) {
      assertThat(actual[c]).as("column %d", c).isEqualTo(expected[c], within(TOLERANCE));
    }
  }

  private static double[] entry(TokenPages cache, int s) {
    return IntStream.range(0, cache.width()).mapToDouble(c -> cache.get(s, c)).toArray();
  }

  private static double[] slice(Rows rows, int i, int from, int count) {
    return IntStream.range(from, from + count).mapToDouble(c -> at(rows, i, c)).toArray();
  }

  private static float at(Rows rows, int i, int column) {
    return rows.data()[rows.at(i) + column];
  }
}
