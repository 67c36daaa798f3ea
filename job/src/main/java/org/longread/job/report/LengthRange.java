package org.longread.job.report;

import org.longread.job.Units;

/**
 * Documents of {@code minTokens} to {@code maxTokens} tokens, summed over Spark tasks.
 *
 * @param tokens read and written
 * @param wallNanos time of Spark tasks spent on them
 * @param usd share of their tasks' cost; NaN if unknown
 */
record LengthRange(
    long minTokens, long maxTokens, long documents, long tokens, long wallNanos, double usd) {

  LengthRange plus(LengthRange other) {
    return new LengthRange(
        minTokens,
        maxTokens,
        documents + other.documents,
        tokens + other.tokens,
        wallNanos + other.wallNanos,
        usd + other.usd);
  }

  String label() {
    return minTokens == maxTokens
        ? Units.count(minTokens)
        : Units.count(minTokens) + "\u2013" + Units.count(maxTokens);
  }

  double tokensPerSecond() {
    return wallNanos == 0 ? 0 : tokens * 1e9 / wallNanos;
  }

  double secondsPerDocument() {
    return wallNanos / 1e9 / documents;
  }

  double usdPerDocument() {
    return usd / documents;
  }

  /** Seconds of one Spark task, or dollars where they are known. */
  double perMillionTokens() {
    return (isPriced() ? usd : wallNanos / 1e9) * 1e6 / tokens;
  }

  boolean isPriced() {
    return !Double.isNaN(usd);
  }
}
