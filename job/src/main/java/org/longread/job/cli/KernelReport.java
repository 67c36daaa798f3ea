package org.longread.job.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Locale;
import org.longread.job.Units;
import org.longread.kernels.bench.KernelBench;
import org.longread.kernels.bench.KernelResult;

/** Kernels against their limits and bars, line by line as they are measured. */
final class KernelReport {
  private final Ink ink;
  private final PrintWriter out;

  KernelReport(Ink ink, PrintWriter out) {
    this.ink = ink;
    this.out = out;
  }

  void print(KernelBench bench) {
    out.println();
    out.println(ink.faint(line("kernel", "rate", "", "limit", "share", "bar", "scalar", "faster")));
    bench.run(this::print);
    out.println();
    out.println("one thread's CPU time, median of interleaved rounds; the limit is taken in each");
    out.println("round: multiply-adds for GFLOP/s, reading memory for GB/s");
    out.flush();
  }

  void print(KernelResult result) {
    double scalar = result.scalarRate().orElse(Double.NaN);
    boolean lessIsBetter = result.unit() == KernelResult.Unit.NANOS_PER_SCORE;
    double faster = lessIsBetter ? scalar / result.rate() : result.rate() / scalar;
    String line =
        line(
            result.name(),
            number(result.rate()),
            result.unit().symbol(),
            result.limit() > 0 ? number(result.limit()) : "-",
            share(result.share()),
            bar(result),
            number(scalar),
            Double.isNaN(faster) ? "-" : Math.round(faster) + "x");
    String verdict =
        !result.hasBar() ? "" : result.meetsBar() ? ink.good("  met") : ink.bad("  missed");
    out.println(line + verdict);
    out.flush();
  }

  /** To a tenth, so that a near miss looks like one. */
  private static String share(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String bar(KernelResult result) {
    if (!result.hasBar()) {
      return "-";
    }
    double bar = result.bar().value();
    return switch (result.unit()) {
      case GFLOPS, BYTES -> Units.percent(bar);
      case NANOS_PER_SCORE -> "<= " + BigDecimal.valueOf(bar).stripTrailingZeros().toPlainString();
      case TIMES -> Units.times(bar);
    };
  }

  private static String number(double n) {
    return Double.isNaN(n) ? "-" : String.format(Locale.ROOT, n < 9.995 ? "%.2f" : "%.1f", n);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-42s %8s %-8s %7s %7s  %-6s %8s  %s", cells)
        .stripTrailing();
  }
}
