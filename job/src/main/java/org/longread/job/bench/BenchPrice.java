package org.longread.job.bench;

import java.util.OptionalDouble;

/**
 * Prices CPU time. A machine's hour buys an hour of each of its processors, so a price per token
 * assumes that every one of them reads a document of its own, as the job has them do.
 *
 * @param usdPerHour of the machine; empty if nobody said
 * @param processors it has
 */
public record BenchPrice(OptionalDouble usdPerHour, int processors) {
  private static final double SECONDS_PER_HOUR = 3600;

  /** US dollars per million tokens of so many CPU nanoseconds each. */
  public OptionalDouble perMillionTokens(double nanosPerToken) {
    if (usdPerHour.isEmpty()) {
      return OptionalDouble.empty();
    }
    double secondsPerMillion = nanosPerToken / 1000;
    return OptionalDouble.of(
        secondsPerMillion * usdPerHour.getAsDouble() / SECONDS_PER_HOUR / processors);
  }
}
