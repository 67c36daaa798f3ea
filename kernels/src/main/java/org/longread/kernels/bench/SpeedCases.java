package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Every hot kernel at a shape that takes well under a millisecond, with the least share of the
 * multiply-add rate it should reach. Floors are a quarter to a third of the least that was measured
 * on sound JVMs (JDK 17 and 25, vectors of 128 and 512 bits): a kernel whose vectors are boxed, or
 * that never got compiled, stays far below its floor; a busy machine does not fall through it.
 */
final class SpeedCases {
  private static final AttentionShape FEW_HEADS = new AttentionShape(4, 64, 16, 32, 32, 0.2f);
  private static final AttentionShape MANY_HEADS = new AttentionShape(32, 128, 32, 64, 64, 0.1f);

  // The indexer's.
  private static final int HEADS = 16;
  private static final int DIM = 64;
  private static final int TILE = 16;
  private static final int LENGTH = 512;

  /** A score that is selected from counts as so many FLOPs, an exponential as well. */
  private static final double FLOPS_OF_A_SCORE = 50;

  private final SplittableRandom random = new SplittableRandom(11);

  /**
   * A kernel.
   *
   * @param name kernel and shape
   * @param floor least share of the multiply-add rate
   * @param flops of one call
   * @param call runs it once
   */
  record Case(String name, double floor, double flops, Consumer<KernelOps> call) {}

  /** Every case. */
  static List<Case> all() {
    return new SpeedCases().cases();
  }

  private List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    // One row waits for its weights, and shares their widening with no other.
    cases.add(gemm(Precision.F32, 1, 0.08));
    cases.add(gemm(Precision.F32, 16, 0.25));
    cases.add(gemm(Precision.F32, 128, 0.3));
    cases.add(gemm(Precision.BF16, 1, 0.1));
    cases.add(gemm(Precision.BF16, 16, 0.25));
    cases.add(gemm(Precision.BF16, 128, 0.3));
    cases.add(gemm(Precision.FP8_E4M3, 1, 0.03));
    cases.add(gemm(Precision.FP8_E4M3, 16, 0.2));
    cases.add(gemm(Precision.FP8_E4M3, 128, 0.3));
    cases.add(indexer(0.25));
    cases.add(codeIndexer(0.25));
    cases.add(selection(64, 2048, 0.05));
    cases.add(selection(1024, 4096, 0.06));
    // Few heads leave softmax and gathering to be paid by few multiply-adds.
    cases.add(sparse("few heads", FEW_HEADS, 0.035));
    cases.add(sparse("many heads", MANY_HEADS, 0.15));
    cases.add(dense(0.15));
    cases.add(exponential(0.04));
    return cases;
  }

  private Case gemm(Precision precision, int t, double floor) {
    int size = 256;
    WeightMatrix weight = new KernelCases().weight(size, size, precision);
    Rows x = values(t, size);
    Rows y = values(t, size);
    return new Case(
        "GEMM %s, t=%d".formatted(precision, t),
        floor,
        2.0 * size * size * t,
        ops -> ops.matmul(t, x, weight, y));
  }

  private IndexQueries queries(Rows heads) {
    return new IndexQueries(heads, values(TILE, HEADS), TILE, HEADS, DIM, LENGTH - TILE);
  }

  private static double indexFlops() {
    double pairs = (double) TILE * (LENGTH - TILE + 1) + TILE * (TILE - 1) / 2.0;
    return pairs * HEADS * (2.0 * DIM + 3);
  }

  private Case indexer(double floor) {
    TokenPages keys = pages(LENGTH, DIM, TokenPages.Layout.LANES);
    IndexQueries tile = queries(values(TILE, HEADS * DIM));
    Rows scores = values(TILE, LENGTH);
    return new Case("indexer f32", floor, indexFlops(), ops -> ops.indexScores(tile, keys, scores));
  }

  private Case codeIndexer(double floor) {
    CodePages keys = new CodePages(DIM);
    Rows codes = codes(LENGTH, DIM);
    for (int s = 0; s < LENGTH; s++) {
      keys.append(codes.data(), codes.at(s), 0.01f);
    }
    IndexQueries tile = queries(codes(TILE, HEADS * DIM));
    Rows scores = values(TILE, LENGTH);
    return new Case(
        "indexer int8", floor, indexFlops(), ops -> ops.indexScores(tile, keys, scores));
  }

  private Case selection(int topK, int length, double floor) {
    int rows = 4;
    Rows scores = values(rows, length);
    int[] indices = new int[rows * topK];
    int first = length - rows + 1;
    return new Case(
        "selection, k=" + topK,
        floor,
        FLOPS_OF_A_SCORE * rows * length,
        ops -> ops.selectTopK(scores, rows, first, topK, indices));
  }

  private Case sparse(String name, AttentionShape shape, double floor) {
    int rows = 4;
    int keys = 128;
    AbsorbedAttention call = absorbed(shape, rows, keys);
    Rows out = values(rows, shape.heads() * shape.latent());
    Rows lse = values(rows, shape.heads());
    return new Case(
        "sparse attention, " + name,
        floor,
        2.0 * shape.heads() * (shape.cached() + shape.latent()) * rows * keys,
        ops -> ops.sparseAttention(call, out, lse));
  }

  private AbsorbedAttention absorbed(AttentionShape shape, int rows, int keys) {
    int[] indices = new int[rows * keys];
    Arrays.setAll(indices, i -> i % keys * 3);
    Rows queries = values(rows, shape.heads() * shape.cached());
    TokenPages cache = pages(LENGTH, shape.cached(), TokenPages.Layout.ROWS);
    return new AbsorbedAttention(shape, queries, rows, cache, indices, keys);
  }

  private Case dense(double floor) {
    AttentionShape shape = FEW_HEADS;
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < shape.heads(); h++) {
      keyUp.add(new KernelCases().weight(shape.latent(), shape.nope(), Precision.F32));
      valueUp.add(new KernelCases().weight(shape.value(), shape.latent(), Precision.F32));
    }
    int rows = 64;
    Rows out = values(rows, shape.heads() * shape.value());
    Rows lse = values(rows, shape.heads());
    ExpandedAttention call =
        new ExpandedAttention(
            shape,
            values(rows, shape.heads() * shape.query()),
            rows,
            LENGTH - rows,
            pages(LENGTH, shape.cached(), TokenPages.Layout.ROWS),
            new ExpandedAttention.Up(keyUp, valueUp));
    double pairs = (double) rows * (LENGTH - rows + 1) + rows * (rows - 1) / 2.0;
    double expand = 2.0 * shape.heads() * shape.latent() * (shape.nope() + shape.value());
    return new Case(
        "dense attention",
        floor,
        pairs * 2 * shape.heads() * (shape.query() + shape.value()) + LENGTH * expand,
        ops -> ops.denseAttention(call, out, lse));
  }

  /** Of the smallest keys there are, so that the exponential is most of the work. */
  private Case exponential(double floor) {
    AttentionShape shape = new AttentionShape(8, 8, 8, 8, 8, 0.2f);
    int rows = 4;
    int keys = 128;
    AbsorbedAttention call = absorbed(shape, rows, keys);
    Rows lse = values(rows, shape.heads());
    Rows weights = values(rows, keys);
    return new Case(
        "exponential",
        floor,
        (FLOPS_OF_A_SCORE + 2.0 * shape.cached()) * shape.heads() * rows * keys,
        ops -> ops.attentionWeights(call, lse, weights));
  }

  private Rows values(int rows, int width) {
    float[] data = new float[rows * width];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble() - 0.5f;
    }
    return Rows.of(data, width);
  }

  private Rows codes(int rows, int width) {
    float[] data = new float[rows * width];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextInt(-127, 128);
    }
    return Rows.of(data, width);
  }

  private TokenPages pages(int length, int width, TokenPages.Layout layout) {
    TokenPages pages = new TokenPages(width, layout);
    pages.appendAll(values(length, width), length);
    return pages;
  }
}
