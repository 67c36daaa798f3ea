package org.longread.kernels.verify;

import org.longread.kernels.ops.KernelOps;

/** Index scores at the published widths, from E4M3 codes. */
final class IndexerRealisticFile implements KernelFile {
  @Override
  public String name() {
    return "indexer_realistic";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    ReferenceCase c = file.whole("indexer_realistic");
    int rows = c.size("q_codes", 0);
    int heads = c.size("q_codes", 1);
    int dim = c.size("q_codes", 2);
    int count = c.size("k_codes", 0);
    float[] queries = IndexerKernel.decode(c.bytes("q_codes", rows, heads, dim));
    float[] keys = IndexerKernel.decode(c.bytes("k_codes", count, dim));
    IndexerKernel indexer = IndexerKernel.of(ops, heads, dim, keys);
    float[] scores = indexer.scores(queries, c.floats("w_folded", rows, heads));
    IndexerKernel.scaleColumns(scores, c.floats("k_scale", count));
    comparison.relative(
        c.stage("scores"), c.floats("scores", rows, count), scores, IndexerFile.TOLERANCE);
    int[] positions = c.ints("positions", 0, count - 1, rows);
    IndexerFile.compareSelection(c, ops, comparison, scores, IndexerFile.visible(positions));
  }
}
