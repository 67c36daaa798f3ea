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
  private static final boolean WIDE = COUNT != 8;

  /** The most rows of a tile. */
  private static final int ROWS = WIDE ? 16 : 8;

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
    Arrays.fill(scores, 0, (count + ROWS - 1) / ROWS * ROWS * width, 0f);
    for (int c = 0; c < cached; c += EntryBlock.WIDTH) {
      int depth = Math.min(EntryBlock.WIDTH, cached - c);
      if (WIDE) {
        scoreSixteens(count, c, depth, scores);
      } else {
        scorePairs(count, c, depth, scores);
      }
    }
  }

  private void scoreSixteens(int count, int c, int depth, float[] scores) {
    for (int b = 0; b < count; b += ROWS) {
      for (int h = 0; h < width; h += COUNT) {
        int at = h * cached + c * COUNT;
        int x = EntryBlock.at(b, c);
        EntryTiles.score16(entries.data, x, queries, at, depth, scores, b * width + h, width);
      }
    }
  }

  /** Two vectors of heads by four rows; a vector left over by eight. */
  private void scorePairs(int count, int c, int depth, float[] scores) {
    int pairs = width / (2 * COUNT) * 2 * COUNT;
    int next = cached * COUNT;
    for (int b = 0; b < count; b += 4) {
      int x = EntryBlock.at(b, c);
      for (int h = 0; h < pairs; h += 2 * COUNT) {
        int at = h * cached + c * COUNT;
        int y = b * width + h;
        EntryTiles.score4x2(entries.data, x, queries, at, next, depth, scores, y, width);
      }
    }
    for (int b = 0; b < count && pairs < width; b += 8) {
      int at = pairs * cached + c * COUNT;
      int x = EntryBlock.at(b, c);
      EntryTiles.score8(entries.data, x, queries, at, depth, scores, b * width + pairs, width);
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
