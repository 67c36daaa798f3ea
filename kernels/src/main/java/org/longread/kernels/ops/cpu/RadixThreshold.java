package org.longread.kernels.ops.cpu;

import java.util.Arrays;

/**
 * Finds the least of the n highest integers by histograms over ever narrower ranges.
 *
 * <p>Each pass counts keys in up to 2048 equal bins of the range that still matters and keeps the
 * bin that holds the wanted one. Belongs to one call of one thread; owns as many integers as the
 * fullest bin kept so far.
 */
final class RadixThreshold {
  private static final int MOST_BITS = 11;
  private static final int LEAST_BITS = 6;

  private final int[] histogram = new int[1 << MOST_BITS];
  private int[] narrowed = new int[0];
  private int narrowedLow;
  private int narrowedHigh;
  private int tiesTaken;
  private int ties;

  /**
   * The key such that keys above it, and {@link #tiesTaken} of the {@code ties} not above it but
   * not below either, are the {@code wanted} highest. If all of the latter are taken, the key may
   * be less than every key taken.
   *
   * @param lowest no key is lower
   * @param highest no key is higher
   */
  int find(int[] keys, int count, int wanted, int lowest, int highest) {
    int[] source = keys;
    int n = count;
    int low = lowest;
    int high = highest;
    tiesTaken = wanted;
    while (low != high) {
      int shift = count(source, n, low, high);
      int bin = (high - low) >>> shift;
      while (histogram[bin] < tiesTaken) {
        tiesTaken -= histogram[bin--];
      }
      ties = histogram[bin];
      low += bin << shift;
      if (ties == tiesTaken || shift == 0) {
        return low;
      }
      n = narrow(source, n, low, shift);
      source = narrowed;
      low = narrowedLow;
      high = narrowedHigh;
    }
    ties = n;
    return low;
  }

  /** A key that at least {@code wanted} keys reach: the lower end of the right bin. */
  int bound(int[] keys, int count, int wanted, int lowest, int highest) {
    int shift = count(keys, count, lowest, highest);
    int bin = (highest - lowest) >>> shift;
    int left = wanted;
    while (histogram[bin] < left) {
      left -= histogram[bin--];
    }
    return lowest + (bin << shift);
  }

  /** Whether every key that equals the one found belongs to the wanted. */
  boolean takesAllTies() {
    return ties == tiesTaken;
  }

  /** How many keys equal to the one found belong to the wanted. */
  int tiesTaken() {
    return tiesTaken;
  }

  /** Counts keys in bins of 2^shift from {@code low} on; returns shift. */
  private int count(int[] keys, int n, int low, int high) {
    // As many bins as keys are enough; differences are unsigned.
    int bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, 32 - Integer.numberOfLeadingZeros(n)));
    int shift = Math.max(0, 32 - Integer.numberOfLeadingZeros(high - low) - bits);
    int[] bins = histogram;
    Arrays.fill(bins, 0, ((high - low) >>> shift) + 1, 0);
    for (int s = 0; s < n; s++) {
      bins[(keys[s] - low) >>> shift]++;
    }
    return shift;
  }

  /** Keeps the {@code ties} keys of the bin at {@code low}, and their range. */
  private int narrow(int[] keys, int n, int low, int shift) {
    if (narrowed.length <= ties) {
      narrowed = new int[ties + 1];
    }
    int[] target = narrowed;
    int kept = 0;
    for (int s = 0; s < n; s++) {
      int key = keys[s];
      target[kept] = key;
      kept += OrderedKeys.equal((key - low) >>> shift, 0);
    }
    int least = Integer.MAX_VALUE;
    int most = Integer.MIN_VALUE;
    for (int s = 0; s < kept; s++) {
      least = Math.min(least, target[s]);
      most = Math.max(most, target[s]);
    }
    narrowedLow = least;
    narrowedHigh = most;
    return kept;
  }
}
