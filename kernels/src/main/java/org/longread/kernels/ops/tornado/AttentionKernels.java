package org.longread.kernels.ops.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gathered sparse attention on a device (absorbed, MQA form), over a latent cache that stays there.
 *
 * <pre>
 * latents  [slots, PAGE, cached]  float32  one page of the cache in each slot: latent, rope key
 * table    [pages]                int32    slot of each page of the sequence
 * </pre>
 */
final class AttentionKernels {
  /** Threads of a work group. */
  static final int THREADS = 256;

  /** Heads of a work group, which share what it gathers. */
  static final int HEADS_AT_ONCE = 16;

  /** Latent columns of a work group. */
  static final int COLUMNS_AT_ONCE = 512;

  /** Elements of the constants: the powers of two, then the softmax scale. */
  static final int CONSTANTS = KernelMath.POWERS + 1;

  // Live sizes.
  static final int ROWS = 0;
  static final int HEADS = 1;
  static final int LATENT = 2;
  static final int CACHED = 3;
  static final int PER_ROW = 4;
  static final int SIZES = 5;

  private static final int PAGE = 64;
  private static final int BLOCK = 64;
  private static final int CHUNK = 32;
  private static final int ENTRY_STRIDE = CHUNK + 1;
  private static final int HEADS_PER_THREAD = HEADS_AT_ONCE * BLOCK / THREADS;
  private static final int COLUMNS_PER_THREAD = COLUMNS_AT_ONCE / THREADS;

  private AttentionKernels() {}

  /**
   * The online softmax of some heads of one row, and its weighted sum of some latent columns, per
   * work group; divided by nothing yet.
   *
   * <pre>
   * queries   [rows, heads, cached]
   * indices   [rows, PER_ROW]        the first counts[row] of a row are valid
   * out       [rows, heads, latent]  Σ_s e^(score_s - max) c_s
   * extremes  [rows, heads, 2]       max, and Σ_s e^(score_s - max)
   * </pre>
   */
  static void lrAttend(
      KernelContext c,
      FloatArray queries,
      IntArray indices,
      IntArray counts,
      IntArray table,
      FloatArray latents,
      FloatArray constants,
      FloatArray out,
      FloatArray extremes,
      IntArray sizes) {
    float[] entries = c.allocateFloatLocalArray(BLOCK * ENTRY_STRIDE);
    float[] queryTile = c.allocateFloatLocalArray(HEADS_AT_ONCE * CHUNK);
    float[] scores = c.allocateFloatLocalArray(HEADS_AT_ONCE * BLOCK);
    float[] max = c.allocateFloatLocalArray(HEADS_AT_ONCE);
    float[] sum = c.allocateFloatLocalArray(HEADS_AT_ONCE);
    float[] rescale = c.allocateFloatLocalArray(HEADS_AT_ONCE);
    int[] base = c.allocateIntLocalArray(BLOCK);
    float[] dots = new float[HEADS_PER_THREAD];
    float[] values = new float[HEADS_AT_ONCE * COLUMNS_PER_THREAD];
    int heads = sizes.get(HEADS);
    int latent = sizes.get(LATENT);
    int cached = sizes.get(CACHED);
    int headGroups = (heads + HEADS_AT_ONCE - 1) / HEADS_AT_ONCE;
    int columnGroups = (latent + COLUMNS_AT_ONCE - 1) / COLUMNS_AT_ONCE;
    int row = c.groupIdx / (headGroups * columnGroups);
    int firstHead = c.groupIdx / columnGroups % headGroups * HEADS_AT_ONCE;
    int firstColumn = c.groupIdx % columnGroups * COLUMNS_AT_ONCE;
    int count = counts.get(row);
    int t = c.localIdx;
    int entry = t % BLOCK;
    int headAt = t / BLOCK;
    if (t < HEADS_AT_ONCE) {
      max[t] = Float.NEGATIVE_INFINITY;
      sum[t] = 0f;
    }
    for (int n = 0; n < HEADS_AT_ONCE * COLUMNS_PER_THREAD; n++) {
      values[n] = 0f;
    }
    for (int first = 0; first < count; first += BLOCK) {
      int size = count - first < BLOCK ? count - first : BLOCK;
      c.localBarrier();
      if (t < size) {
        int s = indices.get(row * sizes.get(PER_ROW) + first + t);
        base[t] = (table.get(s / PAGE) * PAGE + s % PAGE) * cached;
      }
      // Scores of the block, a chain each.
      for (int n = 0; n < HEADS_PER_THREAD; n++) {
        dots[n] = 0f;
      }
      for (int chunk = 0; chunk < cached; chunk += CHUNK) {
        int deep = cached - chunk < CHUNK ? cached - chunk : CHUNK;
        c.localBarrier();
        for (int i = t; i < BLOCK * CHUNK; i += THREADS) {
          int d = i % CHUNK;
          int b = i / CHUNK;
          if (d < deep && b < size) {
            entries[b * ENTRY_STRIDE + d] = latents.get(base[b] + chunk + d);
          } else {
            entries[b * ENTRY_STRIDE + d] = 0f;
          }
        }
        for (int i = t; i < HEADS_AT_ONCE * CHUNK; i += THREADS) {
          int d = i % CHUNK;
          int h = firstHead + i / CHUNK;
          if (d < deep && h < heads) {
            queryTile[i] = queries.get((row * heads + h) * cached + chunk + d);
          } else {
            queryTile[i] = 0f;
          }
        }
        c.localBarrier();
        for (int d = 0; d < deep; d++) {
          float e = entries[entry * ENTRY_STRIDE + d];
          for (int n = 0; n < HEADS_PER_THREAD; n++) {
            float q = queryTile[(HEADS_PER_THREAD * headAt + n) * CHUNK + d];
            dots[n] = KernelMath.madd(q, e, dots[n]);
          }
        }
      }
      float scale = constants.get(KernelMath.POWERS);
      for (int n = 0; n < HEADS_PER_THREAD; n++) {
        scores[(HEADS_PER_THREAD * headAt + n) * BLOCK + entry] = dots[n] * scale;
      }
      c.localBarrier();
      // The running maximum, and what it does to the sums so far.
      if (t < HEADS_AT_ONCE) {
        float highest = max[t];
        for (int b = 0; b < size; b++) {
          float score = scores[t * BLOCK + b];
          highest = score > highest ? score : highest;
        }
        float shrink = KernelMath.exp(max[t] - highest, constants);
        max[t] = highest;
        rescale[t] = shrink;
        sum[t] = sum[t] * shrink;
      }
      c.localBarrier();
      for (int n = 0; n < HEADS_PER_THREAD; n++) {
        int h = HEADS_PER_THREAD * headAt + n;
        scores[h * BLOCK + entry] = KernelMath.exp(scores[h * BLOCK + entry] - max[h], constants);
      }
      c.localBarrier();
      if (t < HEADS_AT_ONCE) {
        float total = sum[t];
        for (int b = 0; b < size; b++) {
          total = total + scores[t * BLOCK + b];
        }
        sum[t] = total;
      }
      // The weighted sum, a chain for each head and column.
      for (int h = 0; h < HEADS_AT_ONCE; h++) {
        for (int n = 0; n < COLUMNS_PER_THREAD; n++) {
          values[h * COLUMNS_PER_THREAD + n] = values[h * COLUMNS_PER_THREAD + n] * rescale[h];
        }
      }
      for (int b = 0; b < size; b++) {
        for (int n = 0; n < COLUMNS_PER_THREAD; n++) {
          int column = firstColumn + t + THREADS * n;
          float v = 0f;
          if (column < latent) {
            v = latents.get(base[b] + column);
          }
          for (int h = 0; h < HEADS_AT_ONCE; h++) {
            values[h * COLUMNS_PER_THREAD + n] =
                KernelMath.madd(scores[h * BLOCK + b], v, values[h * COLUMNS_PER_THREAD + n]);
          }
        }
      }
    }
    c.localBarrier();
    if (t < HEADS_AT_ONCE && firstHead + t < heads && firstColumn == 0) {
      extremes.set((row * heads + firstHead + t) * 2, max[t]);
      extremes.set((row * heads + firstHead + t) * 2 + 1, sum[t]);
    }
    for (int n = 0; n < COLUMNS_PER_THREAD; n++) {
      int column = firstColumn + t + THREADS * n;
      for (int h = 0; h < HEADS_AT_ONCE; h++) {
        if (column < latent && firstHead + h < heads) {
          out.set(
              (row * heads + firstHead + h) * latent + column, values[h * COLUMNS_PER_THREAD + n]);
        }
      }
    }
  }
}
