package org.longread.kernels.verify;

import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;

/**
 * Absorbed attention over given index lists.
 *
 * @param cache [n, latent + rope]
 */
record AttentionKernel(KernelOps ops, AttentionShape shape, TokenPages cache) {
  /** Measured float32 error: 6e-6 at most. */
  static final double TOLERANCE = 1e-4;

  /**
   * What attention gives.
   *
   * @param out [rows, heads * latent], or [rows, heads * value]
   * @param lse [rows, heads]
   */
  record Result(float[] out, float[] lse) {}

  /** The cache whose rows stand side by side in an array. */
  static AttentionKernel of(KernelOps ops, AttentionShape shape, float[] cache) {
    int width = shape.cached();
    TokenPages pages = new TokenPages(width, TokenPages.Layout.ROWS);
    pages.appendAll(Rows.of(cache, width), cache.length / width);
    return new AttentionKernel(ops, shape, pages);
  }

  /** Attends queries [rows, heads * (latent + rope)] over indices [rows, k]. */
  Result attend(float[] queries, int rows, int[] indices) {
    int heads = shape.heads();
    Result result = new Result(new float[rows * heads * shape.latent()], new float[rows * heads]);
    Rows queryRows = Rows.of(queries, heads * shape.cached());
    AbsorbedAttention call =
        new AbsorbedAttention(shape, queryRows, rows, cache, indices, indices.length / rows);
    Rows out = Rows.of(result.out(), heads * shape.latent());
    ops.sparseAttention(call, out, Rows.of(result.lse(), heads));
    return result;
  }

  /** Holds attention of a case with tensors q, indices, out and lse to its reference. */
  void compare(ReferenceCase c, Comparison comparison) {
    int rows = c.size("q", 0);
    int heads = shape.heads();
    float[] queries = c.floats("q", rows, heads, shape.cached());
    Result result = attend(queries, rows, indices(c, rows));
    float[] out = c.floats("out", rows, heads, shape.latent());
    comparison.relative(c.stage("out"), out, result.out(), TOLERANCE);
    float[] lse = c.floats("lse", rows, heads);
    comparison.relative(c.stage("lse"), lse, result.lse(), TOLERANCE);
  }

  /** The case's index lists [rows, k], in any order, -1 anywhere. */
  int[] indices(ReferenceCase c, int rows) {
    return c.ints("indices", -1, cache.length() - 1, rows, c.integer("k"));
  }

  /** The widths of a case in latent space, where those of the expanded form play no part. */
  static AttentionShape latentShape(ReferenceCase c, int latent) {
    int heads = c.size("q", 1);
    int rope = c.size("q", 2) - latent;
    if (rope < 0) {
      throw new IllegalArgumentException(
          "Invalid latent: " + latent + " (expected at most the width of " + c.stage("q") + ")");
    }
    float softmaxScale = (float) c.number("softmax_scale");
    return new AttentionShape(heads, latent, rope, latent, latent, softmaxScale);
  }
}
