package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.longread.job.Units;
import org.longread.job.bench.BenchPrice;
import org.longread.job.bench.BenchSeries;
import org.longread.kernels.bench.LayerBench;
import org.longread.kernels.bench.LayerBench.Measurement;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;
import org.longread.kernels.ops.Stage;

/** Cost by position, for a person at a terminal of 100 columns. */
final class BenchReport {
  private static final String INDENT = "  ";
  private static final double NANOS_PER_MICRO = 1000;

  private final BenchSeries series;
  private final BenchPrice price;
  private final Ink ink;

  BenchReport(BenchSeries series, BenchPrice price, Ink ink) {
    this.series = series;
    this.price = price;
    this.ink = ink;
  }

  void print(PrintWriter out) {
    out.println();
    out.println(ink.strong(series.preset().name()) + "  " + series.preset().shape());
    if (!series.preset().note().isEmpty()) {
      out.println(INDENT + series.preset().note());
    }
    attention(Phase.PREFILL, "Prefill, chunks of %d".formatted(LayerBench.CHUNK), out);
    attention(Phase.DECODE, "Decode, one sequence", out);
    heading("Everything, %s; document: seconds to read it all".formatted(unit()), out);
    lines(everything(), out);
    out.println();
    conclusions().forEach(line -> out.println(INDENT + line));
    out.flush();
  }

  private void heading(String title, PrintWriter out) {
    out.println();
    out.println(ink.strong(title));
  }

  private void lines(TextTable table, PrintWriter out) {
    List<String> lines = table.lines(INDENT);
    out.println(ink.faint(lines.get(0)));
    lines.subList(1, lines.size()).forEach(out::println);
  }

  private String unit() {
    return price.usdPerHour().isPresent() ? "USD per million tokens" : "µs per token";
  }

  /** The part that depends on the position, and what sparse attention spends it on. */
  private void attention(Phase phase, String title, PrintWriter out) {
    heading(title + ": index, selection and attention of a token, µs", out);
    TextTable table = new TextTable();
    List<String> head = new ArrayList<>(List.of("position"));
    denseModes(phase).forEach(mode -> head.add(name(mode)));
    head.addAll(List.of("sparse", "gain", "index", "select", "attend", "GFLOP/s", "of FMA"));
    table.row(head);
    for (Measurement measurement : series.measurements()) {
      table.row(attention(phase, measurement));
    }
    lines(table, out);
  }

  private List<String> attention(Phase phase, Measurement measurement) {
    PositionCost sparse = series.cost(measurement, phase, Mode.SPARSE);
    List<String> row = new ArrayList<>(List.of(Lengths.show(measurement.position())));
    for (Mode mode : denseModes(phase)) {
      row.add(micros(series.cost(measurement, phase, mode).attentionNanos()));
    }
    double nanos = sparse.attentionNanos();
    double best = series.dense(phase, PositionCost::attentionNanos).at(measurement.position());
    row.add(micros(nanos));
    row.add(Units.times(best / nanos));
    row.add(Units.percent(sparse.nanos(Stage.INDEXER) / nanos));
    row.add(Units.percent(sparse.nanos(Stage.SELECTION) / nanos));
    row.add(Units.percent(sparse.nanos(Stage.ATTENTION) / nanos));
    double rate = sparse.attentionFlops() / nanos;
    row.add(String.format(Locale.ROOT, "%.1f", rate));
    double peak = measurement.peakGflops();
    row.add(Units.percent(peak > 0 ? rate / peak : Double.NaN));
    return row;
  }

  private List<Mode> denseModes(Phase phase) {
    List<Mode> modes = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      if (mode.isDense() && series.has(phase, mode)) {
        modes.add(mode);
      }
    }
    return modes;
  }

  private static String name(Mode mode) {
    return switch (mode) {
      case SPARSE -> "sparse";
      case DENSE_EXPANDED -> "expanded";
      case DENSE_ABSORBED -> "absorbed";
    };
  }

  private TextTable everything() {
    TextTable table =
        new TextTable()
            .row("", "prefill", "", "", "decode", "", "", "document", "", "")
            .row(
                "position",
                "dense",
                "sparse",
                "gain",
                "dense",
                "sparse",
                "gain",
                "dense",
                "sparse",
                "gain");
    for (Measurement measurement : series.measurements()) {
      int position = measurement.position();
      List<String> row = new ArrayList<>(List.of(Lengths.show(position)));
      for (Phase phase : Phase.BY_POSITION) {
        double dense = series.dense(phase, PositionCost::nanosPerToken).at(position);
        double sparse = series.sparse(phase, PositionCost::nanosPerToken).at(position);
        row.addAll(List.of(cost(dense), cost(sparse), Units.times(dense / sparse)));
      }
      double dense = series.denseDocument(position);
      double sparse = series.sparseDocument(position);
      row.addAll(List.of(seconds(dense), seconds(sparse), Units.times(dense / sparse)));
      table.row(row);
    }
    return table;
  }

  private List<String> conclusions() {
    List<String> lines = new ArrayList<>();
    for (Phase phase : Phase.BY_POSITION) {
      lines.add(
          "%s attention: sparse %s"
              .formatted(Units.name(phase), crossover(series.crossover(phase))));
      lines.addAll(gains(phase));
    }
    double peak = series.peakGflops();
    lines.add(
        peak > 0
            ? "multiply-adds of one thread, taken with each row: %.0f GFLOP/s".formatted(peak)
            : "this backend has no multiply-add probe");
    lines.add(
        "one thread's CPU time, all layers together; gain is dense over sparse, with dense in");
    lines.add(
        "its cheaper form: expanded takes 2 H (dn + dr + dv) FLOPs a pair and the expansion of");
    lines.add("each key once per chunk, absorbed takes 2 H (2 C + dr) FLOPs a pair");
    return lines;
  }

  /** What sparse attention gains over each dense twin where both were measured last. */
  private List<String> gains(Phase phase) {
    Measurement last = series.measurements().get(series.measurements().size() - 1);
    PositionCost sparse = series.cost(last, phase, Mode.SPARSE);
    List<String> lines = new ArrayList<>();
    for (Mode mode : denseModes(phase)) {
      PositionCost dense = series.cost(last, phase, mode);
      lines.add(
          "  at %s over %s dense: attention %s (FLOPs alone: %s), whole layers %s (%s)"
              .formatted(
                  Lengths.show(last.position()),
                  name(mode),
                  Units.times(dense.attentionNanos() / sparse.attentionNanos()),
                  Units.times(dense.attentionFlops() / sparse.attentionFlops()),
                  Units.times(dense.nanosPerToken() / sparse.nanosPerToken()),
                  Units.times(dense.flopsPerToken() / sparse.flopsPerToken())));
    }
    return lines;
  }

  private String crossover(OptionalDouble from) {
    if (from.isEmpty()) {
      return "is not cheaper at " + Lengths.show(series.longest());
    }
    return from.getAsDouble() == 0
        ? "is cheaper at every position measured"
        : "is cheaper from " + ink.good(Lengths.show(from.getAsDouble())) + " on";
  }

  private String cost(double nanos) {
    OptionalDouble usd = price.perMillionTokens(nanos);
    return usd.isPresent() ? String.format(Locale.ROOT, "%.3g", usd.getAsDouble()) : micros(nanos);
  }

  private static String micros(double nanos) {
    double micros = nanos / NANOS_PER_MICRO;
    String format = micros < 99.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, micros);
  }

  private static String seconds(double nanos) {
    double seconds = nanos / 1e9;
    String format = seconds < 0.9995 ? "%.3f" : seconds < 99.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, seconds);
  }
}
