package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.longread.job.Units;
import org.longread.job.bench.BenchPoint;
import org.longread.kernels.bench.DecodeBench;
import org.longread.kernels.bench.PositionCost;

/** What decoding gains from company, for a person at a terminal of 100 columns. */
final class DecodeReport {
  private static final String INDENT = "  ";

  private final String preset;
  private final Ink ink;

  DecodeReport(String preset, Ink ink) {
    this.preset = preset;
    this.ink = ink;
  }

  /** Tokens per second of steps of several sequences against those of one. */
  DecodeReport steps(Optional<BenchPoint> found, PrintWriter out) {
    found.ifPresent(point -> steps(point, out));
    return this;
  }

  private void steps(BenchPoint point, PrintWriter out) {
    List<PositionCost> costs = point.measurement().costs();
    double alone = costs.get(0).nanosPerToken();
    TextTable table = new TextTable().row("sequences", "ms per step", "tokens/s", "gain");
    for (PositionCost cost : costs) {
      double nanos = cost.nanosPerToken();
      table.row(
          String.valueOf(cost.rows()),
          number(nanos * cost.rows() / 1e6),
          number(1e9 / nanos),
          Units.times(alone / nanos));
    }
    String at = Lengths.show(point.measurement().position());
    print("%s  Batched decoding at %s, output head included".formatted(preset, at), table, out);
  }

  /** Seconds of a document with several questions against those with one. */
  DecodeReport answers(Optional<BenchPoint> found, PrintWriter out) {
    found.ifPresent(point -> answers(point, out));
    return this;
  }

  private void answers(BenchPoint point, PrintWriter out) {
    int tokens = point.measurement().position();
    List<PositionCost> costs = point.measurement().costs();
    double one = costs.get(0).nanosPerToken();
    TextTable table = new TextTable().row("questions", "seconds", "cost");
    for (PositionCost cost : costs) {
      table.row(
          String.valueOf(cost.rows()),
          String.format(Locale.ROOT, "%.2f", cost.nanosPerToken() * tokens / 1e9),
          String.format(Locale.ROOT, "%.2fx", cost.nanosPerToken() / one));
    }
    String title =
        "%s  Questions on one document of %s, %d tokens each and %d of answer"
            .formatted(
                preset,
                Lengths.show(tokens),
                DecodeBench.QUESTION_TOKENS,
                DecodeBench.ANSWER_TOKENS);
    print(title, table, out);
  }

  private void print(String title, TextTable table, PrintWriter out) {
    out.println();
    out.println(ink.strong(title));
    List<String> lines = table.lines(INDENT);
    out.println(ink.faint(lines.get(0)));
    lines.subList(1, lines.size()).forEach(out::println);
    out.flush();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 99.95 ? "%.2f" : "%,.0f", value);
  }
}
