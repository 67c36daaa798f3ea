package org.longread.kernels.ops;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** y = x Wᵀ: shape is rows, inputs, outputs, precision. */
public class MatmulBenchmark extends KernelBenchmark {
  @Param({
    "1 192 96 BF16",
    "16 192 96 BF16",
    "128 192 96 BF16",
    "128 192 96 F32",
    "128 192 80 BF16",
    "1 384 192 BF16",
    "128 384 192 FP8_E4M3",
    "1 2048 2048 BF16",
    "16 2048 2048 F32",
    "128 2048 2048 BF16",
    "7 131 257 F16"
  })
  public String shape;

  private int t;
  private Rows x;
  private WeightMatrix weight;
  private Rows y;

  @Override
  void draw() {
    String[] words = words(shape);
    t = number(words, 0);
    x = inputs.rows(t, number(words, 1));
    weight = inputs.weight(number(words, 2), number(words, 1), Precision.valueOf(words[3]));
    y = Inputs.target(t, number(words, 2));
  }

  @Benchmark
  public float[] run() {
    ops.matmul(t, x, weight, y);
    return y.data();
  }
}
