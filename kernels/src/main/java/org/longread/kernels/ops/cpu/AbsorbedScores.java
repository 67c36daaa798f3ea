package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;

import java.util.Arrays;
import org.longread.kernels.ops.AbsorbedAttention;

/**
 * Scores of one query row against a block of chosen cache rows, lanes over heads.
 *
 * <pre>
 * queries  [width / lanes, latent + rope, lanes]  the row's queries; width = heads, rounded up
 * entries  [block, latent + rope]                 the block's cache rows, read by all heads
 * </pre>
 *
 * <p>Belongs to one call of one thread and owns both. Surplus heads have zero queries.
 */
final class AbsorbedScores {
  /** AVX2 has 16 vector registers, the others 32. */
  private static final int TILE = COUNT == 8 ? 8 : 16;

  final int width;
  final EntryBlock entries;
  private final AbsorbedAttention call;
  private final int cached;
  private final float[] queries;

  AbsorbedScores(AbsorbedAttention call) {
    this.call = call;
    this.cached = call.shape().cached();
    this.width = Lanes.roundUp(call.shape().heads());
    this.queries = new float[cached * width];
    this.entries = new EntryBlock(call.cache());
  }

  /** Takes the queries of row {@code i}. */
  void takeQueries(int i) {
    for (int h = 0; h < call.shape().heads(); h++) {
      int from = call.queries().at(i) + h * cached;
      takeHead(call.queries().data(), from, h / COUNT * cached * COUNT + h % COUNT);
    }
  }

  private void takeHead(float[] source, int from, int to) {
    for (int c = 0; c < cached; c++) {
      queries[to + c * COUNT] = source[from + c];
    }
  }

  /**
   * Writes the raw scores of the first {@code count} gathered rows, [count, width].
   *
   * @param scores has room for the softmax's block: a tile's surplus rows are written too
   */
  void score(int count, float[] scores) {
    Arrays.fill(scores, 0, (count + TILE - 1) / TILE * TILE * width, 0f);
    for (int c = 0; c < cached; c += EntryBlock.WIDTH) {
      int depth = Math.min(EntryBlock.WIDTH, cached - c);
      for (int b = 0; b < count; b += TILE) {
        for (int h = 0; h < width; h += COUNT) {
          scoreTile(EntryBlock.at(b, c), (h * cached) + c * COUNT, depth, scores, b * width + h);
        }
      }
    }
  }

  private void scoreTile(int x, int at, int depth, float[] scores, int y) {
    if (TILE == 16) {
      EntryTiles.score16(entries.data, x, queries, at, depth, scores, y, width);
    } else {
      EntryTiles.score8(entries.data, x, queries, at, depth, scores, y, width);
    }
  }

  /** Copies the valid entries of row {@code i} of the list to {@code target}; returns how many. */
  static int compactList(AbsorbedAttention call, int i, int[] target) {
    int count = 0;
    int from = i * call.perRow();
    for (int n = 0; n < call.perRow(); n++) {
      int s = call.indices()[from + n];
      if (s >= 0) {
        target[count++] = s;
      }
    }
    return count;
  }
}
