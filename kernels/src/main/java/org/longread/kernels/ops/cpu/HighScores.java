package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The few scores of a row that can be among its n highest, as {@link OrderedKeys}: the row is read
 * twice and not copied.
 *
 * <p>The first pass takes maxima of groups. A bound that the maxima of n groups reach is reached by
 * n scores at least, and by few more; the second pass lists those that reach it. Scores as far
 * apart as there are groups make a group, so that neighbours, which tend to be high together, lie
 * in several.
 *
 * <p>Belongs to one call of one thread; owns some ten integers per score wanted and one per vector
 * of a row.
 */
final class HighScores {
  /** Groups per score wanted: with two, some 1.4 times the wanted scores reach the bound. */
  private static final int GROUPS = 2;

  /** Scores listed at most, per score wanted: beyond, they are not worth a list. */
  private static final int MOST = 4;

  private static final int PAIR = 2 * COUNT;

  /** A bit for each lane of a pair of vectors, 32 at most. */
  private static final IntVector FIRST_LANES =
      IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));

  private static final IntVector SECOND_LANES = FIRST_LANES.lanewise(VectorOperators.LSHL, COUNT);

  /** Keys of the scores listed last, with a pair's room to spare. */
  final int[] keys;

  /** Their indices, ascending. */
  final int[] indices;

  /** None of {@link #keys} is lower. */
  int bound;

  /** No key of the row taken last is higher. */
  int highest;

  private final RadixThreshold threshold;
  private final int wanted;
  private final int most;
  private final int[] maxima;
  private int leastMaximum;
  private int lowest;
  private int[] hitStarts = new int[0];
  private int[] hitLanes = new int[0];

  /**
   * For the {@code wanted} highest scores.
   *
   * @param threshold finds bounds
   * @param wanted 1 or more, and at most a {@link #GROUPS}th of a row
   */
  HighScores(RadixThreshold threshold, int wanted) {
    this.threshold = threshold;
    this.wanted = wanted;
    int atLeast = Math.max(wanted, COUNT);
    most = Math.multiplyExact(MOST, atLeast);
    maxima = new int[Lanes.roundUp(GROUPS * atLeast)];
    keys = new int[most + PAIR];
    indices = new int[most + PAIR];
  }

  /** Takes maxima of groups of {@code count} scores from {@code at} on; false if one is NaN. */
  boolean take(float[] scores, int at, int count) {
    Arrays.fill(maxima, Integer.MIN_VALUE);
    int inVectors = count / COUNT * COUNT;
    takeVectors(scores, at, inVectors);
    for (int s = inVectors; s < count; s++) {
      int key = OrderedKeys.key(scores[at + s]);
      maxima[s - inVectors] = Math.max(maxima[s - inVectors], key);
      lowest = Math.min(lowest, key);
    }
    summarizeGroups();
    return OrderedKeys.areNumbers(lowest, highest);
  }

  /** Goes round the groups, one vector of them after the other. */
  private void takeVectors(float[] scores, int at, int count) {
    int[] maxima = this.maxima;
    IntVector least = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    int g = 0;
    for (int s = 0; s < count; s += COUNT) {
      IntVector some = OrderedKeys.keys(FloatVector.fromArray(FLOATS, scores, at + s));
      least = least.min(some);
      IntVector.fromArray(INTS, maxima, g).max(some).intoArray(maxima, g);
      g = g + COUNT == maxima.length ? 0 : g + COUNT;
    }
    lowest = least.reduceLanes(VectorOperators.MIN);
  }

  private void summarizeGroups() {
    IntVector least = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    IntVector most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    for (int g = 0; g < maxima.length; g += COUNT) {
      IntVector some = IntVector.fromArray(INTS, maxima, g);
      least = least.min(some);
      most = most.max(some);
    }
    leastMaximum = least.reduceLanes(VectorOperators.MIN);
    highest = most.reduceLanes(VectorOperators.MAX);
  }

  /**
   * Lists those of the scores just taken that can be among the highest; returns how many, or -1 if
   * they are too many.
   */
  int list(float[] scores, int at, int count) {
    bound = threshold.bound(maxima, maxima.length, wanted, leastMaximum, highest);
    int inPairs = count / PAIR * PAIR;
    int hits = findHits(scores, at, inPairs);
    int n = 0;
    for (int h = 0; h < hits && n <= most; h++) {
      for (int left = hitLanes[h]; left != 0; left &= left - 1) {
        int s = hitStarts[h] + Integer.numberOfTrailingZeros(left);
        keys[n] = OrderedKeys.key(scores[at + s]);
        indices[n++] = s;
      }
    }
    for (int s = inPairs; s < count && n <= most; s++) {
      keys[n] = OrderedKeys.key(scores[at + s]);
      indices[n] = s;
      n += OrderedKeys.reaches(keys[n], bound);
    }
    return n <= most ? n : -1;
  }

  /**
   * Finds the pairs of vectors with scores that reach the bound, and a bit per such score; returns
   * how many pairs. No branch depends on the scores, since every other one would be mispredicted,
   * and the bits come from a reduction, since HotSpot 17 has no instruction for those of a mask.
   */
  private int findHits(float[] scores, int at, int count) {
    if (hitLanes.length <= count / PAIR) {
      hitLanes = new int[count / PAIR + 1];
      hitStarts = new int[count / PAIR + 1];
    }
    int[] starts = hitStarts;
    int[] lanes = hitLanes;
    int least = bound;
    int hits = 0;
    for (int s = 0; s < count; s += PAIR) {
      IntVector a = OrderedKeys.keys(FloatVector.fromArray(FLOATS, scores, at + s));
      IntVector b = OrderedKeys.keys(FloatVector.fromArray(FLOATS, scores, at + s + COUNT));
      int reach =
          FIRST_LANES
              .blend(0, a.compare(VectorOperators.LT, least))
              .or(SECOND_LANES.blend(0, b.compare(VectorOperators.LT, least)))
              .reduceLanes(VectorOperators.OR);
      starts[hits] = s;
      lanes[hits] = reach;
      hits += (reach | -reach) >>> 31;
    }
    return hits;
  }
}
