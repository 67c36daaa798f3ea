package org.longread.kernels.ops;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The lightning indexer: shape is query rows, heads, dim, cache length. */
public class IndexScoresBenchmark extends KernelBenchmark {
  @Param({"1 4 32 4096", "16 4 32 8192", "1 64 128 4096", "8 64 128 4096", "3 5 36 1021"})
  public String shape;

  private IndexQueries tile;
  private TokenPages keys;
  private Rows scores;

  @Override
  void draw() {
    String[] words = words(shape);
    int rows = number(words, 0);
    int heads = number(words, 1);
    int dim = number(words, 2);
    int length = number(words, 3);
    keys = inputs.cache(length, dim, TokenPages.Layout.LANES);
    scores = Inputs.target(rows, length);
    tile =
        new IndexQueries(
            inputs.rows(rows, heads * dim),
            inputs.rows(rows, heads),
            rows,
            heads,
            dim,
            length - rows);
  }

  @Benchmark
  public float[] run() {
    ops.indexScores(tile, keys, scores);
    return scores.data();
  }
}
