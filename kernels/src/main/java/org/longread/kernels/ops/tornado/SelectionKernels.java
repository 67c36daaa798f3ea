package org.longread.kernels.ops.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Top-k token selection on a device: a radix search for the lowest score that is kept, four bits at
 * a time, then a compaction in token order. One work group per row; live sizes are those of {@link
 * IndexKernels}.
 */
final class SelectionKernels {
  /** Threads of a work group: a multiple of {@link #DIGITS}, at most this. */
  static final int MOST_THREADS = 256;

  private static final int DIGITS = 16;
  private static final int DIGIT_BITS = 4;
  private static final int HIGHEST_SHIFT = 28;
  private static final int HIGHEST_DIGIT = 0xF0000000;
  private static final int PREFIX = 0;
  private static final int LEFT = 1;
  private static final int NONE = Integer.MAX_VALUE;

  private SelectionKernels() {}

  /** Bits of the scores that rows see, because no other kernel can take the bits of a float. */
  static void lrRawBits(KernelContext c, FloatArray scores, IntArray bits, IntArray sizes) {
    int stride = sizes.get(IndexKernels.STRIDE);
    int rows = sizes.get(IndexKernels.ROWS);
    int wide = sizes.get(IndexKernels.FIRST_POSITION) + rows;
    for (int r = 0; r < rows; r++) {
      for (int i = c.globalIdx; i < wide; i += c.globalGroupSizeX) {
        bits.set(r * stride + i, Float.floatToRawIntBits(scores.get(r * stride + i)));
      }
    }
  }

  /**
   * Selects.
   *
   * <pre>
   * bits     [rows, STRIDE]  row i has FIRST_POSITION + i + 1 candidates
   * indices  [rows, TOP_K]   ascending, then -1
   * nans     [rows]          the first candidate that is NaN; -1 if none is
   * </pre>
   */
  static void lrSelect(
      KernelContext c, IntArray bits, IntArray indices, IntArray nans, IntArray sizes) {
    int[] counts = c.allocateIntLocalArray(DIGITS * MOST_THREADS);
    int[] parts = c.allocateIntLocalArray(MOST_THREADS);
    int[] totals = c.allocateIntLocalArray(DIGITS);
    int[] state = c.allocateIntLocalArray(2);
    int row = c.groupIdx;
    int t = c.localIdx;
    int threads = c.localGroupSizeX;
    int at = row * sizes.get(IndexKernels.STRIDE);
    int count = sizes.get(IndexKernels.FIRST_POSITION) + row + 1;
    int topK = sizes.get(IndexKernels.TOP_K);
    int kept = topK < count ? topK : count;

    // A NaN is no score.
    int nan = NONE;
    for (int i = t; i < count; i += threads) {
      if (KernelMath.isNan(bits.get(at + i)) == 1 && i < nan) {
        nan = i;
      }
    }
    parts[t] = nan;
    c.localBarrier();
    if (t == 0) {
      for (int n = 1; n < threads; n++) {
        if (parts[n] < nan) {
          nan = parts[n];
        }
      }
      nans.set(row, nan == NONE ? -1 : nan);
    }

    // The digits of the lowest score kept, and how many of its equals are.
    int prefix = 0;
    int mask = 0;
    int left = kept;
    int columns = threads / DIGITS;
    for (int shift = HIGHEST_SHIFT; shift >= 0; shift -= DIGIT_BITS) {
      for (int d = 0; d < DIGITS; d++) {
        counts[d * threads + t] = 0;
      }
      for (int i = t; i < count; i += threads) {
        int digits = KernelMath.digits(bits.get(at + i));
        if ((digits & mask) == prefix) {
          int d = (digits >> shift) & (DIGITS - 1);
          counts[d * threads + t] = counts[d * threads + t] + 1;
        }
      }
      c.localBarrier();
      int sum = 0;
      for (int n = 0; n < DIGITS; n++) {
        sum += counts[(t / columns) * threads + (t % columns) * DIGITS + n];
      }
      parts[t] = sum;
      c.localBarrier();
      if (t < DIGITS) {
        int total = 0;
        for (int n = 0; n < columns; n++) {
          total += parts[t * columns + n];
        }
        totals[t] = total;
      }
      c.localBarrier();
      if (t == 0) {
        int digit = DIGITS - 1;
        while (totals[digit] < left) {
          left = left - totals[digit];
          digit = digit - 1;
        }
        state[PREFIX] = prefix | (digit << shift);
        state[LEFT] = left;
      }
      c.localBarrier();
      prefix = state[PREFIX];
      left = state[LEFT];
      mask = (mask >> DIGIT_BITS) | HIGHEST_DIGIT;
    }

    // Each thread lists what it keeps of a run of tokens, where the runs before it end.
    int threshold = KernelMath.ofDigits(prefix);
    int run = (count + threads - 1) / threads;
    int from = t * run < count ? t * run : count;
    int end = from + run < count ? from + run : count;
    int above = 0;
    int equal = 0;
    for (int i = from; i < end; i++) {
      int score = KernelMath.ordered(bits.get(at + i));
      above += score > threshold ? 1 : 0;
      equal += score == threshold ? 1 : 0;
    }
    counts[t] = above;
    counts[threads + t] = equal;
    c.localBarrier();
    if (t == 0) {
      int aboveBefore = 0;
      int equalBefore = 0;
      for (int n = 0; n < threads; n++) {
        int aboveHere = counts[n];
        int equalHere = counts[threads + n];
        counts[n] = aboveBefore;
        counts[threads + n] = equalBefore;
        aboveBefore += aboveHere;
        equalBefore += equalHere;
      }
    }
    c.localBarrier();
    above = counts[t];
    equal = counts[threads + t];
    for (int i = from; i < end; i++) {
      int score = KernelMath.ordered(bits.get(at + i));
      int ties = equal < left ? equal : left;
      int keeps = score > threshold ? 1 : 0;
      int tie = equal < left ? 1 : 0;
      keeps += score == threshold ? tie : 0;
      if (keeps == 1) {
        indices.set(row * topK + above + ties, i);
      }
      above += score > threshold ? 1 : 0;
      equal += score == threshold ? 1 : 0;
    }
    for (int n = kept + t; n < topK; n += threads) {
      indices.set(row * topK + n, -1);
    }
  }
}
