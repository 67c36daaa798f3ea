package org.longread.kernels.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.longread.kernels.bench.KernelResult.Bar;
import org.longread.kernels.bench.KernelResult.Unit;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/** The kernels at the shapes they are judged by, with random operands made for one case. */
final class KernelCases {
  private static final AttentionShape DEMO = new AttentionShape(4, 64, 16, 32, 32, 0.14f);
  private static final AttentionShape MEDIUM = new AttentionShape(16, 512, 64, 128, 128, 0.07f);
  private static final AttentionShape LARGE = new AttentionShape(128, 512, 64, 128, 128, 0.07f);
  private static final int TOP_K = 2048;

  /** The demo model's. */
  private static final int FEW_TOP_K = 64;

  private static final int GEMV_MATRICES = 3;

  private final SplittableRandom random = new SplittableRandom(5);

  /**
   * A kernel with its operands.
   *
   * @param work what one call does, in the unit: FLOPs, bytes or scores
   * @param call runs it once on some backend
   * @param scalar as much of it as the scalar reference does in tolerable time
   */
  record Case(
      String name, Unit unit, Bar bar, double work, Consumer<KernelOps> call, Scalar scalar) {
    /** A smaller run of the same kernel. */
    record Scalar(double work, Consumer<KernelOps> call) {}

    private Case against(Bar other) {
      return new Case(name, unit, other, work, call, scalar);
    }
  }

  /** Makes a case when its turn has come, so that operands of few are held at once. */
  @FunctionalInterface
  interface Maker {
    Case make(KernelCases cases);
  }

  /** Every case, in the order of the table. */
  static List<Maker> all() {
    List<Maker> makers = new ArrayList<>();
    makers.add(c -> c.gemm("GEMM f32", 128, 2048, 2048, Precision.F32, 0.75));
    makers.add(c -> c.gemm("GEMM bf16", 128, 2048, 2048, Precision.BF16, 0.75));
    makers.add(c -> c.gemm("GEMM fp8", 128, 2048, 2048, Precision.FP8_E4M3, 0.55));
    makers.add(c -> c.gemm("GEMM f32, in L2", 16, 256, 512, Precision.F32, 0.80));
    makers.add(c -> c.gemm("GEMM f32, beyond L2", 16, 2048, 2048, Precision.F32, 0.50));
    makers.add(c -> c.gemv("GEMM f32, beyond L3", 7168, 1536));
    makers.add(c -> c.indexer(64, 128, 4096, 0.78));
    makers.add(c -> c.indexer(16, 128, 4096, 0.78));
    makers.add(c -> c.indexer(16, 128, 32_768, 0.78));
    makers.add(c -> c.indexer(4, 32, 4096, 0.65));
    makers.add(c -> c.selection(64, FEW_TOP_K, 4096, 0.5));
    makers.add(c -> c.selection(64, FEW_TOP_K, 32_768, 0.5));
    makers.add(c -> c.selection(4, TOP_K, 4096, 7));
    makers.add(c -> c.selection(4, TOP_K, 32_768, 5));
    makers.add(c -> c.sparse("sparse MLA", MEDIUM, 4, TOP_K, new Bar(0.45)));
    makers.add(c -> c.sparse("sparse MLA", LARGE, 1, TOP_K, new Bar(0.62)));
    makers.add(c -> c.sparse("sparse MLA", DEMO, 16, 64, Bar.NONE));
    makers.add(c -> c.sparse("dense twin, absorbed", LARGE, 1, 8192, Bar.NONE));
    makers.add(c -> c.dense("dense twin, expanded", MEDIUM, 64, 4096));
    return makers;
  }

  Case gemm(String name, int t, int rows, int cols, Precision precision, double bar) {
    WeightMatrix weight = weight(rows, cols, precision);
    Rows x = values(t, cols);
    Rows y = values(t, rows);
    double flops = 2.0 * rows * cols;
    int few = Math.min(4, t);
    return new Case(
        "%s, t=%d %dx%d".formatted(name, t, rows, cols),
        Unit.GFLOPS,
        new Bar(bar),
        flops * t,
        ops -> ops.matmul(t, x, weight, y),
        new Case.Scalar(flops * few, ops -> ops.matmul(few, x, weight, y)));
  }

  /** One row: nothing but reading the weights, of several matrices in turn for large caches. */
  Case gemv(String name, int rows, int cols) {
    List<WeightMatrix> weights = new ArrayList<>();
    for (int n = 0; n < GEMV_MATRICES; n++) {
      weights.add(weight(rows, cols, Precision.F32));
    }
    Rows x = values(1, cols);
    Rows y = values(1, rows);
    double bytes = weights.get(0).bytes();
    return new Case(
        "%s, t=1 %dx%d".formatted(name, rows, cols),
        Unit.BYTES,
        new Bar(0.75),
        bytes * GEMV_MATRICES,
        ops -> weights.forEach(weight -> ops.matmul(1, x, weight, y)),
        new Case.Scalar(bytes, ops -> ops.matmul(1, x, weights.get(0), y)));
  }

  Case indexer(int heads, int dim, int length, double bar) {
    int tile = 16;
    TokenPages keys = pages(length, dim, TokenPages.Layout.LANES);
    Rows queries = values(tile, heads * dim);
    Rows weights = values(tile, heads);
    Rows scores = values(tile, length);
    int first = length - tile;
    IndexQueries all = new IndexQueries(queries, weights, tile, heads, dim, first);
    IndexQueries one = new IndexQueries(queries, weights, 1, heads, dim, 1023);
    double perPair = heads * (2.0 * dim + 3);
    double pairs = (double) tile * (first + 1) + tile * (tile - 1) / 2.0;
    return new Case(
        "indexer %dx%d, tile %d, L=%dK".formatted(heads, dim, tile, length / 1024),
        Unit.GFLOPS,
        new Bar(bar),
        pairs * perPair,
        ops -> ops.indexScores(all, keys, scores),
        new Case.Scalar(1024 * perPair, ops -> ops.indexScores(one, keys, scores)));
  }

  /** Where few are selected, of many rows: of a few, branch prediction learns all scores. */
  Case selection(int rows, int topK, int length, double bar) {
    Rows scores = values(rows, length);
    int[] indices = new int[rows * topK];
    int first = length - rows + 1;
    Consumer<KernelOps> call = ops -> ops.selectTopK(scores, rows, first, topK, indices);
    double count = (double) rows * first + rows * (rows - 1) / 2.0;
    return new Case(
        "selection k=%d, L=%dK".formatted(topK, length / 1024),
        Unit.NANOS_PER_SCORE,
        new Bar(bar),
        count,
        call,
        new Case.Scalar(count, call));
  }

  Case sparse(String name, AttentionShape shape, int rows, int keys, Bar bar) {
    return sparse(name, shape, rows, keys, pages(16_384, shape.cached(), TokenPages.Layout.ROWS))
        .against(bar);
  }

  private Case sparse(String name, AttentionShape shape, int rows, int keys, TokenPages cache) {
    int[] indices = new int[rows * keys];
    for (int i = 0; i < rows; i++) {
      int[] chosen = random.ints(0, cache.length()).distinct().limit(keys).sorted().toArray();
      System.arraycopy(chosen, 0, indices, i * keys, keys);
    }
    Rows queries = values(rows, shape.heads() * shape.cached());
    Rows out = values(rows, shape.heads() * shape.latent());
    Rows lse = values(rows, shape.heads());
    double flops = 2.0 * shape.heads() * (shape.cached() + shape.latent());
    int few = 64;
    int[] first = Arrays.copyOf(indices, few);
    AbsorbedAttention all = new AbsorbedAttention(shape, queries, rows, cache, indices, keys);
    AbsorbedAttention small = new AbsorbedAttention(shape, queries, 1, cache, first, few);
    return new Case(
        "%s, %d heads, %d keys".formatted(name, shape.heads(), keys),
        Unit.GFLOPS,
        Bar.NONE,
        flops * rows * keys,
        ops -> ops.sparseAttention(all, out, lse),
        new Case.Scalar(flops * few, ops -> ops.sparseAttention(small, out, lse)));
  }

  Case dense(String name, AttentionShape shape, int rows, int length) {
    TokenPages cache = pages(length, shape.cached(), TokenPages.Layout.ROWS);
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < shape.heads(); h++) {
      keyUp.add(weight(shape.latent(), shape.nope(), Precision.F32));
      valueUp.add(weight(shape.value(), shape.latent(), Precision.F32));
    }
    ExpandedAttention.Up up = new ExpandedAttention.Up(keyUp, valueUp);
    Rows queries = values(rows, shape.heads() * shape.query());
    Rows out = values(rows, shape.heads() * shape.value());
    Rows lse = values(rows, shape.heads());
    double expand = 2.0 * shape.heads() * shape.latent() * (shape.nope() + shape.value());
    double pair = 2.0 * shape.heads() * (shape.query() + shape.value());
    int first = length - rows;
    ExpandedAttention all = new ExpandedAttention(shape, queries, rows, first, cache, up);
    ExpandedAttention small = new ExpandedAttention(shape, queries, 1, 63, cache, up);
    double pairs = (double) rows * (first + 1) + rows * (rows - 1) / 2.0;
    return new Case(
        "%s, %d heads, %d queries".formatted(name, shape.heads(), rows),
        Unit.GFLOPS,
        Bar.NONE,
        pairs * pair + length * expand,
        ops -> ops.denseAttention(all, out, lse),
        new Case.Scalar(64 * (pair + expand), ops -> ops.denseAttention(small, out, lse)));
  }

  WeightMatrix weight(int rows, int cols, Precision precision) {
    WeightMatrix.RowBytes source =
        (first, count) -> {
          ByteBuffer buffer = ByteBuffer.allocate(count * cols * precision.bytes());
          buffer.order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < count * cols; i++) {
            putNext(buffer, precision);
          }
          return buffer.flip();
        };
    WeightMatrix.Fp8Scales scales =
        precision == Precision.FP8_E4M3
            ? new WeightMatrix.Fp8Scales(groups(cols), (row, group) -> 0.01f)
            : WeightMatrix.Fp8Scales.NONE;
    return WeightMatrix.pack(rows, cols, precision, source, scales);
  }

  private static int[] groups(int cols) {
    int[] starts = new int[(cols + 127) / 128 + 1];
    Arrays.setAll(starts, g -> Math.min(cols, g * 128));
    return starts;
  }

  private void putNext(ByteBuffer buffer, Precision precision) {
    float value = next();
    switch (precision) {
      case F32 -> buffer.putFloat(value);
      case BF16 -> buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
      case F16 -> buffer.putShort((short) 0x3800);
      case FP8_E4M3 -> buffer.put((byte) (random.nextInt(0x7F) | random.nextInt(2) << 7));
    }
  }

  private float next() {
    return (float) random.nextDouble() - 0.5f;
  }

  private Rows values(int rows, int width) {
    float[] data = new float[Math.multiplyExact(rows, width)];
    for (int i = 0; i < data.length; i++) {
      data[i] = next();
    }
    return Rows.of(data, width);
  }

  private TokenPages pages(int length, int width, TokenPages.Layout layout) {
    TokenPages pages = new TokenPages(width, layout);
    for (int s = 0; s < length; s++) {
      pages.append(values(1, width).data(), 0);
    }
    return pages;
  }
}
