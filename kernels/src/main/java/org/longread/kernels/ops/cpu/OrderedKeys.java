package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A row of scores as integers of the same order, -0.0 equal to +0.0, with maxima of groups.
 *
 * <p>A group is one lane of a run of vectors, so that maxima cost one instruction per vector.
 * Belongs to one call of one thread and owns its arrays.
 */
final class OrderedKeys {
  private static final int PLUS_INFINITY = 0x7F80_0000;
  private static final int MINUS_INFINITY = 0x807F_FFFF;
  private static final int SIGN_SHIFT = 31;

  final int[] keys;
  int[] maxima = new int[0];
  final int[] filtered;
  private int[] minima = new int[0];

  /** Groups of the row taken last; scores after the last whole vector belong to none. */
  int groups;

  int lowest;
  int highest;
  int leastMaximum;
  private int count;

  /**
   * For rows of at most {@code most} scores, of which {@link #filter} may pass on {@code
   * mostPassed}.
   */
  OrderedKeys(int most, int mostPassed) {
    keys = new int[most];
    filtered = new int[mostPassed + COUNT];
  }

  /**
   * Takes {@code count} scores from {@code at} on, in groups of about {@code groupSize}; false if
   * one is NaN.
   */
  boolean take(float[] scores, int at, int count, int groupSize) {
    this.count = count;
    int inVectors = count / COUNT * COUNT;
    int run = Math.max(1, groupSize) * COUNT;
    groups = 0;
    int mostGroups = (inVectors + run - 1) / run * COUNT;
    if (maxima.length < mostGroups) {
      maxima = new int[mostGroups];
      minima = new int[mostGroups];
    }
    for (int first = 0; first < inVectors; first += run) {
      orderRun(scores, at, first, Math.min(inVectors, first + run));
      groups += COUNT;
    }
    summarizeGroups();
    for (int s = inVectors; s < count; s++) {
      int bits = Float.floatToRawIntBits(scores[at + s] + 0f);
      int key = bits ^ (bits >> SIGN_SHIFT & Integer.MAX_VALUE);
      lowest = Math.min(lowest, key);
      highest = Math.max(highest, key);
      keys[s] = key;
    }
    return lowest >= MINUS_INFINITY && highest <= PLUS_INFINITY;
  }

  /**
   * Orders one run of whole vectors and takes its lanes' extremes. A method of its own: vectors
   * that live through two nested loops are boxed by HotSpot 17.
   */
  private void orderRun(float[] scores, int at, int first, int end) {
    IntVector least = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    IntVector most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    for (int s = first; s < end; s += COUNT) {
      IntVector bits = FloatVector.fromArray(FLOATS, scores, at + s).add(0f).reinterpretAsInts();
      IntVector key =
          bits.lanewise(VectorOperators.ASHR, SIGN_SHIFT)
              .and(Integer.MAX_VALUE)
              .lanewise(VectorOperators.XOR, bits);
      least = least.min(key);
      most = most.max(key);
      key.intoArray(keys, s);
    }
    most.intoArray(maxima, groups);
    least.intoArray(minima, groups);
  }

  private void summarizeGroups() {
    lowest = Integer.MAX_VALUE;
    highest = Integer.MIN_VALUE;
    leastMaximum = Integer.MAX_VALUE;
    for (int g = 0; g < groups; g++) {
      lowest = Math.min(lowest, minima[g]);
      highest = Math.max(highest, maxima[g]);
      leastMaximum = Math.min(leastMaximum, maxima[g]);
    }
  }

  /**
   * Lists the keys not below {@code bound} in {@link #filtered}, and their indices, which has a
   * vector's room beyond the most to pass; returns their count, or -1 if they are too many.
   */
  int filter(int bound, int[] indices) {
    int most = filtered.length - COUNT;
    int n = 0;
    int s = 0;
    for (; s + 4 * COUNT <= count; s += 4 * COUNT) {
      IntVector highest =
          IntVector.fromArray(INTS, keys, s)
              .max(IntVector.fromArray(INTS, keys, s + COUNT))
              .max(IntVector.fromArray(INTS, keys, s + 2 * COUNT))
              .max(IntVector.fromArray(INTS, keys, s + 3 * COUNT));
      if (highest.compare(VectorOperators.GE, bound).anyTrue()) {
        for (int v = s; v < s + 4 * COUNT && n <= most; v += COUNT) {
          IntVector one = IntVector.fromArray(INTS, keys, v);
          if (one.compare(VectorOperators.GE, bound).anyTrue()) {
            n = filterScalar(v, v + COUNT, bound, indices, n);
          }
        }
      }
    }
    for (; s < count && n <= most; s += COUNT) {
      n = filterScalar(s, Math.min(count, s + COUNT), bound, indices, n);
    }
    return n <= most ? n : -1;
  }

  private int filterScalar(int from, int to, int bound, int[] indices, int already) {
    int n = already;
    for (int s = from; s < to; s++) {
      int key = keys[s];
      indices[n] = s;
      filtered[n] = key;
      n += key >= bound ? 1 : 0;
    }
    return n;
  }
}
