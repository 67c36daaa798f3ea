package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;
import static org.longread.kernels.ops.cpu.Lanes.INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;

/**
 * Exact top-k of one row of scores at a time, ties to the lowest index.
 *
 * <p>Scores become integers of the same order. Three histograms, of 11, 11 and 10 bits, find the
 * k-th of them; one pass lists what is above it, with as many of its equals as are wanted.
 *
 * <p>Belongs to one call of one thread; owns two integers per candidate.
 */
final class Selection {
  private static final int PLUS_INFINITY = 0x7F80_0000;
  private static final int MINUS_INFINITY = 0x807F_FFFF;

  private final int[] keys;
  private final int[] candidates;
  private final int[] histogram = new int[1 << 11];
  private final int[] kept;

  /** For rows of at most {@code most} candidates. */
  Selection(int most, int topK) {
    keys = new int[Lanes.roundUp(most)];
    candidates = new int[most];
    kept = new int[Math.min(topK, most) + 1];
  }

  /** Writes row {@code i} of indices [rows, topK] from its first {@code count} scores. */
  void select(Rows scores, int i, int count, int topK, int[] indices) {
    if (!orderKeys(scores.data(), scores.at(i), count)) {
      throw new NotANumberException(i, firstNaN(scores.data(), scores.at(i), count));
    }
    int at = i * topK;
    int wanted = Math.min(topK, count);
    if (wanted == count) {
      for (int s = 0; s < count; s++) {
        indices[at + s] = s;
      }
    } else if (wanted > 0) {
      list(count, wanted);
      System.arraycopy(kept, 0, indices, at, wanted);
    }
    Arrays.fill(indices, at + wanted, at + topK, -1);
  }

  /** Fills the keys; false if a score is NaN. */
  private boolean orderKeys(float[] scores, int at, int count) {
    IntVector least = IntVector.zero(INTS);
    IntVector most = least;
    int s = 0;
    for (; s + COUNT <= count; s += COUNT) {
      IntVector bits = FloatVector.fromArray(FLOATS, scores, at + s).add(0f).reinterpretAsInts();
      IntVector key =
          bits.lanewise(VectorOperators.ASHR, 31)
              .and(Integer.MAX_VALUE)
              .lanewise(VectorOperators.XOR, bits);
      least = least.min(key);
      most = most.max(key);
      key.intoArray(keys, s);
    }
    int lowest = least.reduceLanes(VectorOperators.MIN);
    int highest = most.reduceLanes(VectorOperators.MAX);
    for (; s < count; s++) {
      int bits = Float.floatToRawIntBits(scores[at + s] + 0f);
      int key = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      lowest = Math.min(lowest, key);
      highest = Math.max(highest, key);
      keys[s] = key;
    }
    return lowest >= MINUS_INFINITY && highest <= PLUS_INFINITY;
  }

  private static int firstNaN(float[] scores, int at, int count) {
    int s = 0;
    while (s < count - 1 && !Float.isNaN(scores[at + s])) {
      s++;
    }
    return s;
  }

  /** Lists the {@code wanted} highest keys' indices, ascending; {@code wanted < count}. */
  private void list(int count, int wanted) {
    // The upper 11 bits of the wanted-th key.
    Arrays.fill(histogram, 0);
    for (int s = 0; s < count; s++) {
      histogram[(keys[s] >> 21) + 1024]++;
    }
    int left = wanted;
    int bin = binOf(left);
    left -= above(bin);
    int upper = bin - 1024;
    // The middle 11.
    int n = 0;
    Arrays.fill(histogram, 0);
    for (int s = 0; s < count; s++) {
      int key = keys[s];
      if (key >> 21 == upper) {
        candidates[n++] = key;
        histogram[key >> 10 & 2047]++;
      }
    }
    int middle = binOf(left);
    left -= above(middle);
    int prefix = upper << 11 | middle;
    // The lower 10.
    Arrays.fill(histogram, 0);
    for (int c = 0; c < n; c++) {
      int key = candidates[c];
      if (key >> 10 == prefix) {
        histogram[key & 1023]++;
      }
    }
    int lower = binOf(left);
    left -= above(lower);
    int threshold = prefix << 10 | lower;
    int afterTies = left == histogram[lower] ? count : indexAfter(threshold, left);
    int found = keep(0, afterTies, threshold, 0);
    keep(afterTies, count, threshold + 1, found);
  }

  /** The highest bin such that it and those above hold at least {@code wanted}. */
  private int binOf(int wanted) {
    int bin = histogram.length;
    int held = 0;
    while (held < wanted) {
      held += histogram[--bin];
    }
    return bin;
  }

  private int above(int bin) {
    int held = 0;
    for (int b = bin + 1; b < histogram.length; b++) {
      held += histogram[b];
    }
    return held;
  }

  /** The index after the {@code nth} key equal to {@code key}. */
  private int indexAfter(int key, int nth) {
    int s = 0;
    for (int seen = 0; seen < nth; s++) {
      if (keys[s] == key) {
        seen++;
      }
    }
    return s;
  }

  /** Appends the indices of keys not below {@code least}; returns how many are kept now. */
  private int keep(int from, int to, int least, int already) {
    int n = already;
    for (int s = from; s < to; s++) {
      kept[n] = s;
      n += keys[s] >= least ? 1 : 0;
    }
    return n;
  }
}
