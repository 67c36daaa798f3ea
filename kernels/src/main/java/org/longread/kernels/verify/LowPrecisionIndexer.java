package org.longread.kernels.verify;

import java.util.Arrays;
import org.longread.kernels.ops.Hadamard;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.LowPrecision;
import org.longread.kernels.ops.LowPrecision.Quantized;
import org.longread.kernels.ops.LowPrecision.ScaleFormat;
import org.longread.kernels.ops.Rows;

/**
 * The published low-precision indexer, step by step (dsa-spec section 4.2): Hadamard rotation,
 * bfloat16, E4M3 codes with power-of-two scales, query scales folded into the head weights, key
 * scales applied to the scores.
 */
final class LowPrecisionIndexer {
  /** One step of bfloat16: a value beside the middle of two may round to either. */
  private static final double BF16_STEP = 0x1p-7;

  private static final double WEIGHT = 1e-6;

  private final ReferenceCase c;
  private final KernelOps ops;
  private final Comparison comparison;
  private final int rows;
  private final int heads;
  private final int dim;
  private final int count;

  LowPrecisionIndexer(ReferenceCase c, KernelOps ops, Comparison comparison) {
    this.c = c;
    this.ops = ops;
    this.comparison = comparison;
    this.rows = c.size("q", 0);
    this.heads = c.size("q", 1);
    this.dim = c.size("q", 2);
    this.count = c.size("k", 0);
  }

  void verify() {
    rotate("q", rows, heads, dim);
    rotate("k", count, dim);
    Quantized queries = quantize("q", new int[] {rows, heads, dim}, rows, heads);
    Quantized keys = quantize("k", new int[] {count, dim}, count);
    float[] weights = foldedWeights(queries.scales());
    IndexerKernel indexer = IndexerKernel.of(ops, heads, dim, IndexerKernel.decode(keys.codes()));
    float[] scores = indexer.scores(IndexerKernel.decode(queries.codes()), weights);
    IndexerKernel.scaleColumns(scores, keys.scales());
    comparison.relative(
        c.stage("scores"), c.floats("scores", rows, count), scores, IndexerFile.TOLERANCE);
    int[] counts = new int[rows];
    Arrays.fill(counts, count);
    IndexerFile.compareSelection(c, ops, comparison, scores, counts);
  }

  private void rotate(String tensor, int... shape) {
    float[] x = c.floats(tensor, shape);
    for (int at = 0; at < x.length; at += dim) {
      Hadamard.rotate(x, at, dim);
    }
    for (int i = 0; i < x.length; i++) {
      x[i] = LowPrecision.bf16(x[i]);
    }
    String rotated = tensor + "_hadamard_bf16";
    double[] expected = Comparison.widen(c.floats(rotated, shape));
    comparison.relative(c.stage(rotated), expected, Comparison.widen(x), BF16_STEP);
  }

  /** From the golden rotation on, so that codes can be held to equality. */
  private Quantized quantize(String tensor, int[] shape, int... scaleShape) {
    float[] rotated = c.floats(tensor + "_hadamard_bf16", shape);
    Quantized actual =
        LowPrecision.quantize(
            Rows.of(rotated, dim), rotated.length / dim, dim, ScaleFormat.POWER_OF_TWO);
    float[] scales = c.floats(tensor + "_scale", scaleShape);
    comparison.exact(c.stage(tensor + "_scale"), scales, actual.scales());
    byte[] codes = c.bytes(tensor + "_codes", shape);
    comparison.equal(c.stage(tensor + "_codes"), codes, actual.codes());
    return actual;
  }

  private float[] foldedWeights(float[] queryScales) {
    float[] folded = c.floats("w_raw", rows, heads);
    double factor = 1 / Math.sqrt((double) heads * dim);
    for (int i = 0; i < folded.length; i++) {
      folded[i] = (float) (folded[i] * factor * queryScales[i]);
    }
    double[] expected = Comparison.widen(c.floats("w_folded", rows, heads));
    comparison.ratio(c.stage("w_folded"), expected, Comparison.widen(folded), WEIGHT);
    return folded;
  }
}
