package org.longread.kernels.verify;

import java.util.Arrays;
import org.longread.kernels.ops.KernelOps;

/** Index scores of small cases, in float32 and through the low-precision path. */
final class IndexerFile implements KernelFile {
  /** Measured float32 error: 1.5e-6. */
  static final double TOLERANCE = 1e-4;

  @Override
  public String name() {
    return "indexer_small";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    file.eachCase(
        "indexer",
        "",
        comparison,
        c -> {
          if (c.has("w_raw")) {
            new LowPrecisionIndexer(c, ops, comparison).verify();
          } else {
            verifyCase(c, ops, comparison);
          }
        });
  }

  private static void verifyCase(ReferenceCase c, KernelOps ops, Comparison comparison) {
    int rows = c.size("q", 0);
    int heads = c.size("q", 1);
    int dim = c.size("q", 2);
    int count = c.size("k", 0);
    IndexerKernel indexer = IndexerKernel.of(ops, heads, dim, c.floats("k", count, dim));
    float[] scores = indexer.scores(c.floats("q", rows, heads, dim), c.floats("w", rows, heads));
    comparison.relative(c.stage("scores"), c.floats("scores", rows, count), scores, TOLERANCE);
    int[] positions = c.ints("positions", 0, count - 1, rows);
    compareSelection(c, ops, comparison, scores, visible(positions));
  }

  /** Keys at or before each position. */
  static int[] visible(int[] positions) {
    return Arrays.stream(positions).map(position -> position + 1).toArray();
  }

  /** Selections from computed scores [rows, n], as sets. */
  static void compareSelection(
      ReferenceCase c, KernelOps ops, Comparison comparison, float[] scores, int[] counts) {
    int topK = c.integer("k");
    int[] expected = c.ints("topk", -1, scores.length / counts.length - 1, counts.length, topK);
    int[] actual = IndexerKernel.select(ops, scores, counts, topK);
    comparison.equalSets(
        c.stage("topk"), Comparison.split(expected, topK), Comparison.split(actual, topK));
  }
}
