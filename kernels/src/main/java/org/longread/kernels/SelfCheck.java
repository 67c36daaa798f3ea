package org.longread.kernels;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/**
 * A few milliseconds of each sparse kernel at awkward sizes, compared bit for bit with the scalar
 * reference. It finds a broken JDK or processor; {@code longread verify} proves a backend.
 */
final class SelfCheck {
  private static final int ROWS = 5;
  private static final int LENGTH = 131;
  private static final int TOP_K = 17;
  private static final AttentionShape SHAPE = new AttentionShape(3, 24, 8, 16, 16, 0.2f);

  private final KernelOps ops;
  private final KernelOps reference = new ScalarOps();
  private final Random random = new Random(20260101);

  SelfCheck(KernelOps ops) {
    this.ops = ops;
  }

  /** The first kernel that differs, if any. */
  Optional<String> firstDifference() {
    return matmul().or(this::scoresAndSelection).or(this::attention);
  }

  private Optional<String> matmul() {
    int cols = 67;
    int rows = 97;
    WeightMatrix weight = WeightMatrix.of(rows, cols, values(rows * cols));
    Rows x = Rows.of(values(ROWS * cols), cols);
    float[] expected = new float[ROWS * rows];
    float[] actual = new float[ROWS * rows];
    reference.matmul(ROWS, x, weight, Rows.of(expected, rows));
    ops.matmul(ROWS, x, weight, Rows.of(actual, rows));
    return compare("matmul", expected, actual);
  }

  private Optional<String> scoresAndSelection() {
    int heads = 3;
    int dim = 40;
    int first = LENGTH - ROWS;
    TokenPages keys = pages(dim, TokenPages.Layout.LANES);
    IndexQueries tile =
        new IndexQueries(
            Rows.of(values(ROWS * heads * dim), heads * dim),
            Rows.of(values(ROWS * heads), heads),
            ROWS,
            heads,
            dim,
            first);
    float[] expected = new float[ROWS * LENGTH];
    float[] actual = new float[ROWS * LENGTH];
    reference.indexScores(tile, keys, Rows.of(expected, LENGTH));
    ops.indexScores(tile, keys, Rows.of(actual, LENGTH));
    for (int i = 0; i < ROWS; i++) {
      int end = (i + 1) * LENGTH;
      Arrays.fill(expected, i * LENGTH + tile.visible(i), end, 0);
      Arrays.fill(actual, i * LENGTH + tile.visible(i), end, 0);
    }
    int[] kept = new int[ROWS * TOP_K];
    int[] keptByOps = new int[ROWS * TOP_K];
    reference.selectTopK(Rows.of(expected, LENGTH), ROWS, first + 1, TOP_K, kept);
    ops.selectTopK(Rows.of(expected, LENGTH), ROWS, first + 1, TOP_K, keptByOps);
    return compare("indexScores", expected, actual)
        .or(() -> Arrays.equals(kept, keptByOps) ? Optional.empty() : differs("selectTopK"));
  }

  private Optional<String> attention() {
    int heads = SHAPE.heads();
    int[] indices = new int[ROWS * TOP_K];
    Arrays.setAll(indices, i -> i % TOP_K * 7);
    Rows queries = Rows.of(values(ROWS * heads * SHAPE.cached()), heads * SHAPE.cached());
    TokenPages cache = pages(SHAPE.cached(), TokenPages.Layout.ROWS);
    AbsorbedAttention call = new AbsorbedAttention(SHAPE, queries, ROWS, cache, indices, TOP_K);
    int width = heads * SHAPE.latent();
    float[] expected = new float[ROWS * width];
    float[] actual = new float[ROWS * width];
    reference.sparseAttention(call, Rows.of(expected, width), Rows.of(values(ROWS * heads), heads));
    ops.sparseAttention(call, Rows.of(actual, width), Rows.of(values(ROWS * heads), heads));
    return compare("sparseAttention", expected, actual);
  }

  private Optional<String> compare(String kernel, float[] expected, float[] actual) {
    return Arrays.equals(expected, actual) ? Optional.empty() : differs(kernel);
  }

  private Optional<String> differs(String kernel) {
    return Optional.of(
        kernel + " differs from the scalar reference; use backend=scalar and report this machine");
  }

  private TokenPages pages(int width, TokenPages.Layout layout) {
    TokenPages pages = new TokenPages(width, layout);
    pages.appendAll(Rows.of(values(LENGTH * width), width), LENGTH);
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
