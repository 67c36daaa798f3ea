package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;

import java.util.Arrays;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;

/**
 * Exact top-k of one row of scores at a time, ties to the lowest index.
 *
 * <p>Where few of many are wanted, {@link HighScores} leaves little more than those, unless too
 * many are equal; else every score becomes an integer of the same order ({@link OrderedKeys}).
 * {@link RadixThreshold} finds the least key wanted, and one pass lists the keys that reach it.
 *
 * <p>Belongs to one call of one thread; owns one integer per candidate, where not few are wanted,
 * and a few per wanted one.
 */
final class Selection {
  /** Candidates per wanted one from which few are wanted. */
  private static final int FEW = 4;

  private final RadixThreshold threshold = new RadixThreshold();
  private final OrderedKeys all = new OrderedKeys();
  private final HighScores high;
  private final int[] kept;

  /** For rows of at most {@code most} candidates. */
  Selection(int most, int topK) {
    int wanted = Math.min(most, topK);
    high = new HighScores(threshold, Math.max(1, wanted));
    kept = new int[wanted + 1];
  }

  /** Writes row {@code i} of indices [rows, topK] from its first {@code count} scores. */
  void select(Rows scores, int i, int count, int topK, int[] indices) {
    int wanted = Math.min(topK, count);
    boolean few = wanted > 0 && count / FEW >= Math.max(wanted, COUNT);
    if (!few || !selectFew(scores, i, count, wanted)) {
      selectMany(scores, i, count, wanted);
    }
    int at = i * topK;
    System.arraycopy(kept, 0, indices, at, wanted);
    Arrays.fill(indices, at + wanted, at + topK, -1);
  }

  /** Lists the highest in {@link #kept}; false if too many are as high as those. */
  private boolean selectFew(Rows scores, int i, int count, int wanted) {
    float[] data = scores.data();
    int at = scores.at(i);
    if (!high.take(data, at, count)) {
      throw notANumber(scores, i);
    }
    int passed = high.list(data, at, count);
    if (passed < 0) {
      return false;
    }
    int least = threshold.find(high.keys, passed, wanted, high.bound, high.highest);
    int afterTies = indexAfterTies(high.keys, passed, least);
    int n = 0;
    for (int c = 0; c < passed; c++) {
      kept[n] = high.indices[c];
      n += OrderedKeys.reaches(high.keys[c], c < afterTies ? least : least + 1);
    }
    return true;
  }

  private void selectMany(Rows scores, int i, int count, int wanted) {
    if (!all.take(scores.data(), scores.at(i), count)) {
      throw notANumber(scores, i);
    }
    if (wanted == count) {
      Arrays.setAll(kept, s -> s);
    } else if (wanted > 0) {
      int least = threshold.find(all.keys, count, wanted, all.lowest, all.highest);
      int afterTies = indexAfterTies(all.keys, count, least);
      int n = list(0, afterTies, least, 0);
      list(afterTies, count, least + 1, n);
    }
  }

  /** Appends candidates {@code from} to {@code to - 1} not below {@code bound}. */
  private int list(int from, int to, int bound, int already) {
    int[] keys = all.keys;
    int n = already;
    for (int s = from; s < to; s++) {
      kept[n] = s;
      n += OrderedKeys.reaches(keys[s], bound);
    }
    return n;
  }

  /** The index after the last key wanted of those equal to {@code least}. */
  private int indexAfterTies(int[] keys, int count, int least) {
    if (threshold.takesAllTies()) {
      return count;
    }
    int s = 0;
    for (int seen = 0; seen < threshold.tiesTaken(); s++) {
      seen += OrderedKeys.equal(keys[s], least);
    }
    return s;
  }

  private static NotANumberException notANumber(Rows scores, int i) {
    int s = 0;
    while (!Float.isNaN(scores.data()[scores.at(i) + s])) {
      s++;
    }
    return new NotANumberException(i, s);
  }
}
