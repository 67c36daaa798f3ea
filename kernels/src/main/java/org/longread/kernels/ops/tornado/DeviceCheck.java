package org.longread.kernels.ops.tornado;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.FusedSelection;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.TokenPages;

/**
 * Every kernel of a device on awkward input, compared with the scalar reference: a compiler that
 * gets one of them wrong does so in silence. Selections and 8-bit scores must be the same; float
 * scores and outputs must be within rounding.
 */
final class DeviceCheck {
  private static final int HEADS = 5;
  private static final int DIM = 40;
  private static final int TOP_K = 33;
  private static final int[] LENGTHS = {64, 65, 257};
  private static final float RELATIVE = 1e-5f;

  private final KernelOps ops;
  private final KernelOps reference = new ScalarOps();
  private final Random random = new Random(20260102);

  DeviceCheck(KernelOps ops) {
    this.ops = ops;
  }

  /** How a row's candidates are drawn. */
  private enum Fill {
    RANDOM,
    EQUAL,
    RISING,
    FALLING,
    DENORMAL,
    ZEROS
  }

  /** The first kernel that differs, if any. */
  Optional<String> firstDifference() {
    for (int length : LENGTHS) {
      for (int rows : new int[] {1, 3}) {
        Optional<String> found =
            selection(length, rows)
                .or(() -> codes(length, rows))
                .or(() -> floats(length, rows))
                .or(() -> attention(length, rows));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> selection(int length, int rows) {
    for (Fill fill : Fill.values()) {
      float[] scores = new float[rows * length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = score(fill, i % length);
      }
      int first = length - rows + 1;
      int[] expected = new int[rows * TOP_K];
      int[] actual = new int[rows * TOP_K];
      reference.selectTopK(Rows.of(scores, length), rows, first, TOP_K, expected);
      ops.selectTopK(Rows.of(scores, length), rows, first, TOP_K, actual);
      if (!Arrays.equals(expected, actual)) {
        return differs("selectTopK", length);
      }
    }
    return Optional.empty();
  }

  private float score(Fill fill, int s) {
    return switch (fill) {
      case RANDOM -> (float) random.nextGaussian();
      case EQUAL -> 1.5f;
      case RISING -> s - 30;
      case FALLING -> 30 - s;
      case DENORMAL -> (random.nextInt(9) - 4) * Float.MIN_VALUE;
      case ZEROS -> s % 2 == 0 ? -0f : 0f;
    };
  }

  private Optional<String> codes(int length, int rows) {
    CodePages keys = new CodePages(DIM);
    float[] key = new float[DIM];
    for (int s = 0; s < length; s++) {
      for (int d = 0; d < DIM; d++) {
        key[d] = random.nextInt(255) - 127;
      }
      keys.append(key, 0, random.nextFloat());
    }
    IndexQueries tile = queries(length, rows);
    float[] queries = tile.queries().data();
    for (int i = 0; i < queries.length; i++) {
      queries[i] = random.nextInt(255) - 127;
    }
    float[] expected = new float[rows * length];
    float[] actual = new float[rows * length];
    reference.indexScores(tile, keys, Rows.of(expected, length));
    ops.indexScores(tile, keys, Rows.of(actual, length));
    int[] kept = new int[rows * TOP_K];
    int[] fused = new int[rows * TOP_K];
    reference.selectTopK(Rows.of(expected, length), rows, tile.visible(0), TOP_K, kept);
    if (!Arrays.equals(expected, actual)) {
      return differs("8-bit indexScores", length);
    }
    FusedSelection selection = ops.fusedSelection().orElseThrow();
    selection.select(tile, keys, TOP_K, fused);
    return Arrays.equals(kept, fused) ? Optional.empty() : differs("8-bit select", length);
  }

  private Optional<String> floats(int length, int rows) {
    TokenPages keys = pages(length, DIM, TokenPages.Layout.LANES);
    IndexQueries tile = queries(length, rows);
    float[] expected = new float[rows * length];
    float[] actual = new float[rows * length];
    reference.indexScores(tile, keys, Rows.of(expected, length));
    ops.indexScores(tile, keys, Rows.of(actual, length));
    return near(expected, actual) ? Optional.empty() : differs("indexScores", length);
  }

  private IndexQueries queries(int length, int rows) {
    return new IndexQueries(
        Rows.of(values(rows * HEADS * DIM), HEADS * DIM),
        Rows.of(values(rows * HEADS), HEADS),
        rows,
        HEADS,
        DIM,
        length - rows);
  }

  private Optional<String> attention(int length, int rows) {
    AttentionShape shape = new AttentionShape(19, 72, 8, 16, 16, 0.2f);
    int[] indices = new int[rows * length];
    Arrays.setAll(indices, i -> i % length % 3 == 1 ? -1 : i % length);
    int width = shape.heads() * shape.cached();
    Rows queries = Rows.of(values(rows * width), width);
    TokenPages cache = pages(length, shape.cached(), TokenPages.Layout.ROWS);
    AbsorbedAttention call = new AbsorbedAttention(shape, queries, rows, cache, indices, length);
    int outWidth = shape.heads() * shape.latent();
    float[] expected = new float[rows * outWidth];
    float[] actual = new float[rows * outWidth];
    float[] expectedLse = new float[rows * shape.heads()];
    float[] actualLse = new float[rows * shape.heads()];
    Rows lse = Rows.of(expectedLse, shape.heads());
    reference.sparseAttention(call, Rows.of(expected, outWidth), lse);
    lse = Rows.of(actualLse, shape.heads());
    ops.sparseAttention(call, Rows.of(actual, outWidth), lse);
    boolean same = near(expected, actual) && near(expectedLse, actualLse);
    return same ? Optional.empty() : differs("sparseAttention", length);
  }

  private static boolean near(float[] expected, float[] actual) {
    float largest = 0;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return worst <= RELATIVE * largest;
  }

  private static Optional<String> differs(String kernel, int length) {
    return Optional.of(
        kernel
            + " over "
            + length
            + " tokens differs from the scalar reference; use backend=cpu, another driver or"
            + " another TornadoVM");
  }

  private TokenPages pages(int length, int width, TokenPages.Layout layout) {
    TokenPages pages = new TokenPages(width, layout);
    pages.appendAll(Rows.of(values(length * width), width), length);
    return pages;
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
