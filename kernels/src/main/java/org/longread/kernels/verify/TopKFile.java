package org.longread.kernels.verify;

import org.longread.kernels.ops.KernelOps;

/**
 * Token selection on scores made to be awkward. Ties go to the lower index here as there, so every
 * row has one answer, whether or not other sets would do.
 */
final class TopKFile implements KernelFile {
  @Override
  public String name() {
    return "topk";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    file.eachCase("topk", "", comparison, c -> verifyCase(c, ops, comparison));
  }

  private static void verifyCase(ReferenceCase c, KernelOps ops, Comparison comparison) {
    int topK = c.integer("k");
    int rows = c.size("scores", 0);
    int count = c.size("scores", 1);
    int[] expected = c.ints("topk", -1, count - 1, rows, topK);
    int[] valid = c.ints("valid", 0, count, rows);
    int[] actual = IndexerKernel.select(ops, c.floats("scores", rows, count), valid, topK);
    comparison.equal(c.stage("topk"), expected, actual);
  }
}
