package org.longread.kernels;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.WeightSizes;
import org.longread.kernels.forward.SweepPlan;

/**
 * What streaming a model takes and how fast it will be, from sizes and two rates.
 *
 * @param weightsBytes of memory for weights
 * @param documentBytes of memory for documents on their way
 * @param rates of the machine
 */
public record StreamingPlan(
    ModelConfig config, WeightSizes sizes, long weightsBytes, long documentBytes, Rates rates) {
  /** Searching for the knee ends here: no memory holds more. */
  private static final long MOST_TOKENS = 1L << 40;

  /**
   * What a machine does.
   *
   * @param readBytesPerSecond of the disk that weights are on
   * @param flopsPerSecond of all its threads together, two per multiply-add
   */
  public record Rates(double readBytesPerSecond, double flopsPerSecond) {}

  /** Tokens that can be on their way at once; a sweep over the layers serves them all. */
  public long tokensPerSweep() {
    return documentBytes / SweepPlan.rowBytes(config);
  }

  /**
   * Bytes that a sweep of so many tokens reads: every layer once, and of its experts those that are
   * expected to be chosen if each is equally likely.
   */
  public long sweepBytes(long tokens) {
    StreamBudget budget = StreamBudget.of(sizes, weightsBytes);
    double bytes = budget.headStays() ? 0 : sizes.head().stored();
    ModelConfig.FeedForward f = config.feedForward();
    for (int n = 0; n < config.layers(); n++) {
      bytes += sizes.layer(n).stored();
      if (!config.isDense(n)) {
        double missed =
            Math.pow(1 - (double) f.expertsPerToken() / f.routedExperts(), (double) tokens);
        bytes += (1 - missed) * f.routedExperts() * sizes.expert(n).stored();
      }
    }
    return Math.round(bytes);
  }

  /** Seconds that reading for such a sweep takes. */
  public double readSeconds(long tokens) {
    return sweepBytes(tokens) / rates.readBytesPerSecond();
  }

  /** Seconds that computing such a sweep takes. */
  public double computeSeconds(long tokens, double flopsPerToken) {
    return tokens * flopsPerToken / rates.flopsPerSecond();
  }

  /** Tokens per second if the faster of reading and computing hides behind the slower. */
  public double tokensPerSecond(long tokens, double flopsPerToken) {
    return tokens / Math.max(readSeconds(tokens), computeSeconds(tokens, flopsPerToken));
  }

  /** The fewest tokens in a sweep for which computing takes as long as reading. */
  public long knee(double flopsPerToken) {
    long below = 0;
    long from = 1;
    while (from < MOST_TOKENS && computeSeconds(from, flopsPerToken) < readSeconds(from)) {
      below = from;
      from *= 2;
    }
    while (from - below > 1) {
      long middle = (below + from) / 2;
      if (computeSeconds(middle, flopsPerToken) < readSeconds(middle)) {
        below = middle;
      } else {
        from = middle;
      }
    }
    return from;
  }
}
