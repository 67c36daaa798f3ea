package org.longread.kernels.ops.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The lightning indexer on a device, over index keys that stay there.
 *
 * <pre>
 * keys    [slots, dim, PAGE]  float32  one page of the cache in each slot, as the host keeps it
 * codes   [slots, dim, PAGE]  int8     the same for 8-bit codes, and scales [slots, PAGE] float32
 * table   [pages]             int32    slot of each page of the sequence
 * scores  [rows, STRIDE]      float32  columns that a row sees
 * </pre>
 *
 * <p>Each dot product is one chain over ascending dimensions, each score one over ascending heads,
 * as the scalar reference has them. Codes are added up as whole floats: exact, so the chain's order
 * is no matter.
 */
final class IndexKernels {
  /** Threads of a work group of {@link #lrIndexTile}, as 16 x 16. */
  static final int TILE_THREADS = 256;

  /** Query rows, and keys, of a tile. */
  static final int TILE = 64;

  /** Threads of a work group of {@link #lrIndexStep}: one page. */
  static final int STEP_THREADS = 64;

  /** Most dimensions of an index key. */
  static final int MOST_DIMENSIONS = 1040;

  // Live sizes, in an int array because TornadoVM compiles scalars in.
  static final int ROWS = 0;
  static final int FIRST_POSITION = 1;
  static final int HEADS = 2;
  static final int DIM = 3;
  static final int CODES = 4;
  static final int STRIDE = 5;
  static final int TOP_K = 6;
  static final int SIZES = 7;

  private static final int PAGE = 64;
  private static final int SIDE = 16;
  private static final int PER_SIDE = TILE / SIDE;
  private static final int SLAB = 128;
  private static final int CHUNK = 32;
  private static final int QUERY_STRIDE = TILE + 1;
  private static final int HEADS_AT_ONCE = 4;

  private IndexKernels() {}

  /**
   * Scores of {@link #TILE} rows against one page, per work group; each thread has 4 x 4 of them in
   * registers.
   *
   * <pre>
   * queries      [rows, heads, dim]
   * headWeights  [rows, heads]
   * work groups  page * ceil(rows / TILE) + tile
   * </pre>
   */
  static void lrIndexTile(
      KernelContext c,
      FloatArray queries,
      FloatArray headWeights,
      IntArray table,
      FloatArray keys,
      ByteArray codes,
      FloatArray scales,
      FloatArray scores,
      IntArray sizes) {
    float[] keyTile = c.allocateFloatLocalArray(SLAB * PAGE);
    float[] queryTile = c.allocateFloatLocalArray(CHUNK * QUERY_STRIDE);
    float[] dots = new float[PER_SIDE * PER_SIDE];
    float[] sums = new float[PER_SIDE * PER_SIDE];
    int rows = sizes.get(ROWS);
    int heads = sizes.get(HEADS);
    int dim = sizes.get(DIM);
    int tiles = (rows + TILE - 1) / TILE;
    int page = c.groupIdx / tiles;
    int firstRow = (c.groupIdx % tiles) * TILE;
    int slot = table.get(page);
    int key = c.localIdx % SIDE;
    int row = c.localIdx / SIDE;
    for (int n = 0; n < PER_SIDE * PER_SIDE; n++) {
      sums[n] = 0f;
    }
    for (int j = 0; j < heads; j++) {
      for (int n = 0; n < PER_SIDE * PER_SIDE; n++) {
        dots[n] = 0f;
      }
      for (int slab = 0; slab < dim; slab += SLAB) {
        int wide = dim - slab < SLAB ? dim - slab : SLAB;
        // The page's keys, once for all heads if they fit.
        int elements = dim > SLAB ? wide * PAGE : 0;
        elements = j == 0 ? wide * PAGE : elements;
        int from = (slot * dim + slab) * PAGE;
        c.localBarrier();
        for (int i = c.localIdx; i < elements; i += TILE_THREADS) {
          if (sizes.get(CODES) == 1) {
            keyTile[i] = (float) codes.get(from + i);
          } else {
            keyTile[i] = keys.get(from + i);
          }
        }
        for (int chunk = 0; chunk < wide; chunk += CHUNK) {
          int deep = wide - chunk < CHUNK ? wide - chunk : CHUNK;
          // This head's queries, dimension by dimension.
          c.localBarrier();
          for (int i = c.localIdx; i < CHUNK * TILE; i += TILE_THREADS) {
            int d = i % CHUNK;
            int r = i / CHUNK;
            if (d < deep && firstRow + r < rows) {
              int at = ((firstRow + r) * heads + j) * dim + slab + chunk + d;
              queryTile[d * QUERY_STRIDE + r] = queries.get(at);
            } else {
              queryTile[d * QUERY_STRIDE + r] = 0f;
            }
          }
          c.localBarrier();
          for (int d = 0; d < deep; d++) {
            for (int m = 0; m < PER_SIDE; m++) {
              float q = queryTile[d * QUERY_STRIDE + row + SIDE * m];
              for (int n = 0; n < PER_SIDE; n++) {
                float k = keyTile[(chunk + d) * PAGE + key + SIDE * n];
                dots[PER_SIDE * m + n] = KernelMath.madd(q, k, dots[PER_SIDE * m + n]);
              }
            }
          }
        }
      }
      for (int m = 0; m < PER_SIDE; m++) {
        int r = firstRow + row + SIDE * m;
        float weight = 0f;
        if (r < rows) {
          weight = headWeights.get(r * heads + j);
        }
        for (int n = 0; n < PER_SIDE; n++) {
          float dot = dots[PER_SIDE * m + n];
          float relu = dot < 0f ? 0f : dot;
          sums[PER_SIDE * m + n] = KernelMath.madd(weight, relu, sums[PER_SIDE * m + n]);
        }
      }
    }
    for (int m = 0; m < PER_SIDE; m++) {
      int r = firstRow + row + SIDE * m;
      for (int n = 0; n < PER_SIDE; n++) {
        int s = key + SIDE * n;
        if (r < rows && page * PAGE + s <= sizes.get(FIRST_POSITION) + r) {
          float score = sums[PER_SIDE * m + n];
          if (sizes.get(CODES) == 1) {
            score = score * scales.get(slot * PAGE + s);
          }
          scores.set(r * sizes.get(STRIDE) + page * PAGE + s, score);
        }
      }
    }
  }

  /**
   * Scores of one row against one page, per work group, a key for each thread: for a step, which
   * has no rows to share a page.
   *
   * <pre>
   * work groups  page * rows + row
   * </pre>
   */
  static void lrIndexStep(
      KernelContext c,
      FloatArray queries,
      FloatArray headWeights,
      IntArray table,
      FloatArray keys,
      ByteArray codes,
      FloatArray scales,
      FloatArray scores,
      IntArray sizes) {
    float[] query = c.allocateFloatLocalArray(HEADS_AT_ONCE * MOST_DIMENSIONS);
    float[] dots = new float[HEADS_AT_ONCE];
    int rows = sizes.get(ROWS);
    int heads = sizes.get(HEADS);
    int dim = sizes.get(DIM);
    int page = c.groupIdx / rows;
    int row = c.groupIdx % rows;
    int slot = table.get(page);
    int key = c.localIdx;
    float sum = 0f;
    for (int j = 0; j < heads; j += HEADS_AT_ONCE) {
      int some = heads - j < HEADS_AT_ONCE ? heads - j : HEADS_AT_ONCE;
      c.localBarrier();
      for (int i = c.localIdx; i < HEADS_AT_ONCE * dim; i += STEP_THREADS) {
        if (i < some * dim) {
          query[i] = queries.get((row * heads + j) * dim + i);
        } else {
          query[i] = 0f;
        }
      }
      c.localBarrier();
      for (int n = 0; n < HEADS_AT_ONCE; n++) {
        dots[n] = 0f;
      }
      for (int d = 0; d < dim; d++) {
        float k = 0f;
        int at = (slot * dim + d) * PAGE + key;
        if (sizes.get(CODES) == 1) {
          k = (float) codes.get(at);
        } else {
          k = keys.get(at);
        }
        for (int n = 0; n < HEADS_AT_ONCE; n++) {
          dots[n] = KernelMath.madd(query[n * dim + d], k, dots[n]);
        }
      }
      for (int n = 0; n < HEADS_AT_ONCE; n++) {
        if (n < some) {
          float relu = dots[n] < 0f ? 0f : dots[n];
          sum = KernelMath.madd(headWeights.get(row * heads + j + n), relu, sum);
        }
      }
    }
    if (page * PAGE + key <= sizes.get(FIRST_POSITION) + row) {
      if (sizes.get(CODES) == 1) {
        sum = sum * scales.get(slot * PAGE + key);
      }
      scores.set(row * sizes.get(STRIDE) + page * PAGE + key, sum);
    }
  }
}
