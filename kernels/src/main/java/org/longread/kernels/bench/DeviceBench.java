package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.forward.Flops;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.FusedSelection;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;

/**
 * Measures one layer's indexer, selection and sparse attention on a device, over a cache that is
 * there already, beside one thread of the host doing the same; results are compared.
 */
public final class DeviceBench {
  /** Query rows of a prefill tile: what the engine hands over at once. */
  public static final int TILE = 64;

  private static final int TWIN_ROWS = 4;
  private static final float TOLERANCE = 1e-4f;

  private final ModelConfig config;
  private final KernelOps ops;
  private final FusedSelection fused;
  private final KernelOps twin;
  private final SplittableRandom random = new SplittableRandom(9);

  DeviceBench(BenchPreset preset, KernelOps ops, KernelOps twin) {
    this.config = preset.config();
    this.ops = ops;
    this.fused = ops.fusedSelection().orElseThrow();
    this.twin = twin;
  }

  /** What is measured. */
  public enum Part {
    /** Index scores and selection, float32 keys. */
    SELECT_F32,
    /** Index scores and selection, 8-bit keys. */
    SELECT_INT8,
    /** Gathered sparse attention. */
    ATTEND
  }

  /** A part at a length: so many tokens in the cache, so many queries in a call. */
  public record At(Part part, int tokens, int rows) {}

  /**
   * Cost of a call.
   *
   * @param flops two per multiply-add
   * @param wallNanos median
   * @param work of the call whose time is nearest the median
   * @param compileNanos before the first call
   * @param hostNanos CPU time of one thread of the host for as many rows
   * @param same whether the host found the same
   */
  public record Cost(
      At at,
      double flops,
      double wallNanos,
      DeviceWork work,
      long compileNanos,
      double hostNanos,
      boolean same) {}

  /** Every part at a length, for a tile of rows and for one. */
  public List<Cost> measure(int tokens, int rounds) {
    Cache cache = cache(tokens);
    List<Cost> costs = new ArrayList<>();
    for (int rows : new int[] {TILE, 1}) {
      costs.add(select(new At(Part.SELECT_F32, tokens, rows), rounds, cache));
      costs.add(select(new At(Part.SELECT_INT8, tokens, rows), rounds, cache));
      costs.add(attend(new At(Part.ATTEND, tokens, rows), rounds, cache.latents()));
    }
    return costs;
  }

  private record Cache(TokenPages latents, TokenPages keys, CodePages codes) {}

  private Cache cache(int tokens) {
    int cached = config.attentionShape().cached();
    int dim = config.indexer().dim();
    TokenPages latents = new TokenPages(cached, TokenPages.Layout.ROWS);
    TokenPages keys = new TokenPages(dim, TokenPages.Layout.LANES);
    CodePages codes = new CodePages(dim);
    for (int s = 0; s < tokens; s++) {
      latents.append(normal(cached), 0);
      keys.append(normal(dim), 0);
      codes.append(codes(dim), 0, 0.01f);
    }
    return new Cache(latents, keys, codes);
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextDouble() + random.nextDouble() - 1) * 2.4f;
    }
    return values;
  }

  private float[] codes(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(255) - 127;
    }
    return values;
  }

  @FunctionalInterface
  private interface Call {
    DeviceWork run();
  }

  private record Timed(double nanos, DeviceWork work, long compileNanos) {}

  private static Timed time(Call call, int rounds) {
    long compileNanos = call.run().compileNanos();
    double[] nanos = new double[rounds];
    DeviceWork[] works = new DeviceWork[rounds];
    for (int n = 0; n < rounds; n++) {
      long start = System.nanoTime();
      works[n] = call.run();
      nanos[n] = System.nanoTime() - start;
    }
    double median = CostCurve.median(nanos.clone());
    int nearest = 0;
    for (int n = 1; n < rounds; n++) {
      nearest = Math.abs(nanos[n] - median) < Math.abs(nanos[nearest] - median) ? n : nearest;
    }
    return new Timed(median, works[nearest], compileNanos);
  }

  private Cost select(At at, int rounds, Cache cache) {
    boolean int8 = at.part() == Part.SELECT_INT8;
    int rows = at.rows();
    int topK = Math.min(config.indexer().topK(), at.tokens());
    IndexQueries tile = queries(at.tokens() - rows, rows, int8);
    int[] chosen = new int[rows * topK];
    Timed timed =
        time(
            () ->
                int8
                    ? fused.select(tile, cache.codes(), topK, chosen)
                    : fused.select(tile, cache.keys(), topK, chosen),
            rounds);
    int some = Math.min(rows, TWIN_ROWS);
    int[] expected = new int[some * topK];
    selectOnHost(tile, some, int8, cache, topK, expected); // compiled by now, or nearly so
    long start = CpuClock.nanos();
    selectOnHost(tile, some, int8, cache, topK, expected);
    double host = (double) (CpuClock.nanos() - start) / some * rows;
    long pairs = (long) rows * tile.firstPosition() + (long) rows * (rows + 1) / 2;
    return new Cost(
        at,
        (double) pairs * Flops.indexPair(config.indexer()),
        timed.nanos(),
        timed.work(),
        timed.compileNanos(),
        host,
        Arrays.equals(expected, 0, some * topK, chosen, 0, some * topK));
  }

  private void selectOnHost(
      IndexQueries tile, int rows, boolean int8, Cache cache, int topK, int[] indices) {
    IndexQueries few =
        new IndexQueries(
            tile.queries(),
            tile.headWeights(),
            rows,
            tile.heads(),
            tile.dim(),
            tile.firstPosition());
    int stride = few.visible(rows - 1);
    Rows scores = Rows.of(new float[rows * stride], stride);
    if (int8) {
      twin.indexScores(few, cache.codes(), scores);
    } else {
      twin.indexScores(few, cache.keys(), scores);
    }
    twin.selectTopK(scores, rows, few.visible(0), topK, indices);
  }

  private IndexQueries queries(int firstPosition, int rows, boolean int8) {
    ModelConfig.Indexer indexer = config.indexer();
    int width = indexer.heads() * indexer.dim();
    float[] queries = int8 ? codes(rows * width) : normal(rows * width);
    return new IndexQueries(
        Rows.of(queries, width),
        Rows.of(normal(rows * indexer.heads()), indexer.heads()),
        rows,
        indexer.heads(),
        indexer.dim(),
        firstPosition);
  }

  private Cost attend(At at, int rounds, TokenPages latents) {
    AttentionShape shape = config.attentionShape();
    int rows = at.rows();
    int topK = Math.min(config.indexer().topK(), at.tokens());
    int width = shape.heads() * shape.cached();
    Rows queries = Rows.of(normal(rows * width), width);
    int[] indices = new int[rows * topK];
    for (int i = 0; i < rows; i++) {
      int[] row = random.ints(0, at.tokens()).distinct().limit(topK).sorted().toArray();
      System.arraycopy(row, 0, indices, i * topK, topK);
    }
    int outWidth = shape.heads() * shape.latent();
    Rows out = Rows.of(new float[rows * outWidth], outWidth);
    Rows lse = Rows.of(new float[rows * shape.heads()], shape.heads());
    AbsorbedAttention call = new AbsorbedAttention(shape, queries, rows, latents, indices, topK);
    Timed timed = time(() -> ops.sparseAttention(call, out, lse), rounds);
    int some = Math.min(rows, TWIN_ROWS);
    float[] expected = new float[some * outWidth];
    AbsorbedAttention few = new AbsorbedAttention(shape, queries, some, latents, indices, topK);
    twin.sparseAttention(few, Rows.of(expected, outWidth), lse);
    long start = CpuClock.nanos();
    twin.sparseAttention(few, Rows.of(expected, outWidth), lse);
    double host = (double) (CpuClock.nanos() - start) / some * rows;
    return new Cost(
        at,
        (double) rows * topK * Flops.absorbedPair(shape),
        timed.nanos(),
        timed.work(),
        timed.compileNanos(),
        host,
        near(expected, out.data()));
  }

  private static boolean near(float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= TOLERANCE * Math.max(1, Math.abs(expected[i])))) {
        return false;
      }
    }
    return true;
  }
}
