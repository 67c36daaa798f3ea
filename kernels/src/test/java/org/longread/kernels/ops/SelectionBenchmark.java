package org.longread.kernels.ops;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Top-k: shape is score rows, candidates, k. */
public class SelectionBenchmark extends KernelBenchmark {
  @Param({"16 1000 64", "16 8192 64", "1 8192 64", "4 4096 2048", "4 32768 2048"})
  public String shape;

  private int rows;
  private int count;
  private int topK;
  private Rows scores;
  private int[] indices;

  @Override
  void draw() {
    String[] words = words(shape);
    rows = number(words, 0);
    count = number(words, 1);
    topK = number(words, 2);
    scores = inputs.rows(rows, count + rows - 1);
    indices = new int[rows * topK];
  }

  @Benchmark
  public int[] run() {
    ops.selectTopK(scores, rows, count, topK, indices);
    return indices;
  }
}
