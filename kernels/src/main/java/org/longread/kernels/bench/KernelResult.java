package org.longread.kernels.bench;

import java.util.OptionalDouble;

/**
 * One kernel at one shape, on one thread.
 *
 * @param name kernel and shape
 * @param rate median over the rounds
 * @param unit of the rate, its limit and the bar
 * @param limit what the machine could do in the same rounds: multiply-adds, or bytes from memory
 * @param bar what it should reach
 * @param scalarRate of the scalar reference, from one short run; empty if it was not run
 */
public record KernelResult(
    String name, double rate, Unit unit, double limit, Bar bar, OptionalDouble scalarRate) {
  /** What a rate counts. */
  public enum Unit {
    /** GFLOP/s, two FLOPs per multiply-add; the limit is the multiply-add rate. */
    GFLOPS("GFLOP/s"),
    /** Weight bytes in GB/s; the limit is the rate of reading memory. */
    BYTES("GB/s"),
    /** Nanoseconds per score: less is better, and there is no limit but 0. */
    NANOS_PER_SCORE("ns/score"),
    /** Two threads at once over one alone, by CPU time; the limit is 2. */
    TIMES("x");

    private final String symbol;

    Unit(String symbol) {
      this.symbol = symbol;
    }

    /** As people write it. */
    public String symbol() {
      return symbol;
    }
  }

  /**
   * What a kernel should reach.
   *
   * @param value a share of the limit, or for ns/score and x a bound on the rate; NaN if none
   */
  public record Bar(double value) {
    /** For twins, which have none. */
    public static final Bar NONE = new Bar(Double.NaN);
  }

  /** The rate as a share of the limit; NaN without one. */
  public double share() {
    return limit > 0 ? rate / limit : Double.NaN;
  }

  /** Whether there is a bar. */
  public boolean hasBar() {
    return !Double.isNaN(bar.value());
  }

  /** Whether the bar is met; false if there is none. */
  public boolean meetsBar() {
    return switch (unit) {
      case GFLOPS, BYTES -> share() >= bar.value();
      case NANOS_PER_SCORE -> rate <= bar.value();
      case TIMES -> rate >= bar.value();
    };
  }
}
