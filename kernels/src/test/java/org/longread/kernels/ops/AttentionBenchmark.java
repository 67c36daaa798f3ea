package org.longread.kernels.ops;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Attention, sparse and its dense twin, of the same rows over the same cache: shape is query rows,
 * heads, latent, rope, nope, value, cache length, k.
 */
public class AttentionBenchmark extends KernelBenchmark {
  @Param({
    "1 4 64 16 32 32 8192 64",
    "16 4 64 16 32 32 4096 64",
    "1 16 512 64 128 128 2304 2048",
    "3 5 36 6 10 12 517 65"
  })
  public String shape;

  private AbsorbedAttention sparse;
  private ExpandedAttention dense;
  private Rows sparseOut;
  private Rows denseOut;
  private Rows lse;

  @Override
  void draw() {
    String[] words = words(shape);
    int rows = number(words, 0);
    AttentionShape dims =
        new AttentionShape(
            number(words, 1),
            number(words, 2),
            number(words, 3),
            number(words, 4),
            number(words, 5),
            0.1f);
    int length = number(words, 6);
    TokenPages cache = inputs.cache(length, dims.cached(), TokenPages.Layout.ROWS);
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < dims.heads(); h++) {
      keyUp.add(inputs.weight(dims.latent(), dims.nope(), Precision.BF16));
      valueUp.add(inputs.weight(dims.value(), dims.latent(), Precision.BF16));
    }
    int topK = number(words, 7);
    int[] indices = new int[rows * topK];
    for (int n = 0; n < indices.length; n++) {
      indices[n] = (int) ((long) (n % topK) * length / topK);
    }
    Rows absorbed = inputs.rows(rows, dims.heads() * dims.cached());
    Rows expanded = inputs.rows(rows, dims.heads() * dims.query());
    sparse = new AbsorbedAttention(dims, absorbed, rows, cache, indices, topK);
    dense =
        new ExpandedAttention(
            dims, expanded, rows, length - rows, cache, new ExpandedAttention.Up(keyUp, valueUp));
    sparseOut = Inputs.target(rows, dims.heads() * dims.latent());
    denseOut = Inputs.target(rows, dims.heads() * dims.value());
    lse = Inputs.target(rows, dims.heads());
  }

  @Benchmark
  public float[] sparse() {
    ops.sparseAttention(sparse, sparseOut, lse);
    return sparseOut.data();
  }

  @Benchmark
  public float[] dense() {
    ops.denseAttention(dense, denseOut, lse);
    return denseOut.data();
  }
}
