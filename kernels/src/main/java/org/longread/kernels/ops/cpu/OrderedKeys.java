package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A row of scores as integers of the same order, -0.0 equal to +0.0.
 *
 * <p>Belongs to one call of one thread and owns its array.
 */
final class OrderedKeys {
  private static final int PLUS_INFINITY = 0x7F80_0000;
  private static final int MINUS_INFINITY = 0x807F_FFFF;
  private static final int SIGN_SHIFT = 31;

  int[] keys = new int[0];

  int lowest;
  int highest;

  /** Takes {@code count} scores from {@code at} on; false if one is NaN. */
  boolean take(float[] scores, int at, int count) {
    if (keys.length < count) {
      keys = new int[count];
    }
    int inVectors = count / COUNT * COUNT;
    takeVectors(scores, at, inVectors);
    for (int s = inVectors; s < count; s++) {
      int key = key(scores[at + s]);
      lowest = Math.min(lowest, key);
      highest = Math.max(highest, key);
      keys[s] = key;
    }
    return areNumbers(lowest, highest);
  }

  private void takeVectors(float[] scores, int at, int count) {
    IntVector least = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    IntVector most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    for (int s = 0; s < count; s += COUNT) {
      IntVector some = keys(FloatVector.fromArray(FLOATS, scores, at + s));
      least = least.min(some);
      most = most.max(some);
      some.intoArray(keys, s);
    }
    lowest = least.reduceLanes(VectorOperators.MIN);
    highest = most.reduceLanes(VectorOperators.MAX);
  }

  /** The integers of a vector of scores. */
  static IntVector keys(FloatVector scores) {
    IntVector bits = scores.add(0f).reinterpretAsInts();
    return bits.lanewise(VectorOperators.ASHR, SIGN_SHIFT)
        .and(Integer.MAX_VALUE)
        .lanewise(VectorOperators.XOR, bits);
  }

  /** The integer of a score. */
  static int key(float score) {
    int bits = Float.floatToRawIntBits(score + 0f);
    return bits ^ (bits >> SIGN_SHIFT & Integer.MAX_VALUE);
  }

  /** Whether no score of a row is NaN, given its lowest and highest keys. */
  static boolean areNumbers(int lowest, int highest) {
    return lowest >= MINUS_INFINITY && highest <= PLUS_INFINITY;
  }

  /** 1 if two keys are equal, else 0; without a branch to mispredict. */
  static int equal(int a, int b) {
    int different = a ^ b;
    return 1 - ((different | -different) >>> SIGN_SHIFT);
  }

  /** 1 if {@code key} is not below {@code bound}, else 0; without a branch to mispredict. */
  static int reaches(int key, int bound) {
    return (int) (~((long) key - bound) >>> 63);
  }
}
