package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;

import java.util.Arrays;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;

/**
 * Exact top-k of one row of scores at a time, ties to the lowest index.
 *
 * <p>Scores become integers of the same order ({@link OrderedKeys}). Where few of many are wanted,
 * a bound from group maxima first leaves little more than those. {@link RadixThreshold} finds the
 * least key wanted, and one pass lists the keys that reach it.
 *
 * <p>Belongs to one call of one thread; owns one integer per candidate and a few per wanted one.
 */
final class Selection {
  /** Candidates per wanted key from which it pays to filter by a bound. */
  private static final int FILTER_FROM = 16;

  /** Groups per wanted key: of four, the bound lets about 1.15 times the wanted keys pass. */
  private static final int GROUPS = 4;

  private final OrderedKeys keys;
  private final RadixThreshold threshold = new RadixThreshold();
  private final int[] kept;

  /** For rows of at most {@code most} candidates. */
  Selection(int most, int topK) {
    int wanted = Math.min(most, topK);
    int passed = Math.min(most, Math.multiplyExact(GROUPS, Math.max(wanted, COUNT)));
    keys = new OrderedKeys(most, passed);
    kept = new int[passed + COUNT];
  }

  /** Writes row {@code i} of indices [rows, topK] from its first {@code count} scores. */
  void select(Rows scores, int i, int count, int topK, int[] indices) {
    int wanted = Math.min(topK, count);
    boolean few = wanted > 0 && count / FILTER_FROM >= Math.max(wanted, COUNT);
    int groupSize = few ? count / (GROUPS * Math.max(wanted, COUNT)) : count;
    if (!keys.take(scores.data(), scores.at(i), count, groupSize)) {
      throw new NotANumberException(i, firstNaN(scores.data(), scores.at(i), count));
    }
    int at = i * topK;
    if (wanted == count) {
      for (int s = 0; s < count; s++) {
        indices[at + s] = s;
      }
    } else if (wanted > 0) {
      if (!few || !listFew(wanted)) {
        list(count, wanted);
      }
      System.arraycopy(kept, 0, indices, at, wanted);
    }
    Arrays.fill(indices, at + wanted, at + topK, -1);
  }

  private static int firstNaN(float[] scores, int at, int count) {
    int s = 0;
    while (s < count - 1 && !Float.isNaN(scores[at + s])) {
      s++;
    }
    return s;
  }

  /** Lists the indices of the {@code wanted} highest keys, ascending. */
  private void list(int count, int wanted) {
    int[] all = keys.keys;
    int least = threshold.find(all, count, wanted, keys.lowest, keys.highest);
    int afterTies =
        threshold.takesAllTies() ? count : indexAfter(all, least, threshold.tiesTaken());
    int n = 0;
    for (int s = 0; s < afterTies; s++) {
      kept[n] = s;
      n += all[s] >= least ? 1 : 0;
    }
    for (int s = afterTies; s < count; s++) {
      kept[n] = s;
      n += all[s] > least ? 1 : 0;
    }
  }

  /**
   * Does the same among the keys that reach a bound; false if too many do. The bound is one that
   * the maxima of {@code wanted} groups reach, so at least as many keys do.
   */
  private boolean listFew(int wanted) {
    int bound = threshold.bound(keys.maxima, keys.groups, wanted, keys.leastMaximum, keys.highest);
    int count = keys.filter(bound, kept);
    if (count < 0) {
      return false;
    }
    int[] some = keys.filtered;
    int least = threshold.find(some, count, wanted, bound, keys.highest);
    int afterTies =
        threshold.takesAllTies() ? count : indexAfter(some, least, threshold.tiesTaken());
    int n = 0;
    for (int c = 0; c < afterTies; c++) {
      kept[n] = kept[c];
      n += some[c] >= least ? 1 : 0;
    }
    for (int c = afterTies; c < count; c++) {
      kept[n] = kept[c];
      n += some[c] > least ? 1 : 0;
    }
    return true;
  }

  /** The index after the {@code nth} key equal to {@code key}. */
  private static int indexAfter(int[] keys, int key, int nth) {
    int s = 0;
    for (int seen = 0; seen < nth; s++) {
      if (keys[s] == key) {
        seen++;
      }
    }
    return s;
  }
}
