package org.longread.job.report;

import java.util.OptionalDouble;

/** How shares from 0 to 1 are spread: mean, extremes and a histogram of {@value #BINS} bins. */
final class Distribution {
  static final int BINS = 20;

  private final long[] bins = new long[BINS];
  private long count;
  private double sum;
  private double least = Double.POSITIVE_INFINITY;

  void add(OptionalDouble share) {
    share.ifPresent(this::add);
  }

  private void add(double share) {
    if (Double.isNaN(share)) {
      return;
    }
    bins[(int) Math.max(0, Math.min(BINS - 1, Math.floor(share * BINS)))]++;
    count++;
    sum += share;
    least = Math.min(least, share);
  }

  long count() {
    return count;
  }

  /** NaN of nothing. */
  double mean() {
    return sum / count;
  }

  double least() {
    return least;
  }

  long inBin(int bin) {
    return bins[bin];
  }
}
