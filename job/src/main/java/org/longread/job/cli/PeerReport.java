package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.longread.job.Units;
import org.longread.kernels.bench.AbsentPeer;
import org.longread.kernels.bench.PeerBench;
import org.longread.kernels.bench.PeerResult;

/** Attention of other libraries against ours, a table for each length as it is measured. */
final class PeerReport {
  private static final String INDENT = "  ";
  private static final double NANOS_PER_MICRO = 1000;

  private final Ink ink;
  private final PrintWriter out;

  PeerReport(Ink ink, PrintWriter out) {
    this.ink = ink;
    this.out = out;
  }

  void print(PeerBench bench, List<Integer> lengths) {
    out.println();
    for (AbsentPeer absent : bench.absent()) {
      out.println(ink.notice("not here: " + absent.name()));
      out.println(INDENT + absent.reason());
    }
    out.flush();
    if (!bench.hasPeers()) {
      return;
    }
    out.println();
    out.println(ink.strong("Prefill attention of a chunk at the end of a context"));
    out.println(INDENT + bench.shape());
    bench.run(lengths, this::print);
    out.println();
    explain();
    out.flush();
  }

  private void explain() {
    out.println(
        "CPU time of one thread per query token, median of interleaved rounds. dense, sparse: a");
    out.println(
        "peer's time over ours; above 1 ours is ahead. Ours start from the latent cache: dense");
    out.println(
        "expands it, sparse scores, selects and projects. Peers are handed expanded keys and");
    out.println(
        "values; + expansion adds the time our matrix products take for those, over dense and");
    out.println(
        "over sparse. error: greatest difference from our dense result, of every row; a form");
    out.println(
        "without mask lets all but the last row see too many keys: there it is the last row's");
  }

  void print(PeerResult result) {
    out.println();
    out.println(
        ink.strong(
            "%s tokens, %d queries".formatted(Lengths.show(result.length()), result.rows())));
    TextTable table =
        new TextTable()
            .row("", "µs", "of FMA", "dense", "sparse", "+ expansion", "error")
            .row(ours("ours, dense", result.denseNanos(), share(result.denseGflops(), result)))
            .row(ours("ours, sparse", result.sparseNanos(), "-"))
            .row(ours("expansion alone", result.expansionNanos(), "-"));
    for (PeerResult.Line line : result.peers()) {
      if (line.nanos().isPresent()) {
        table.row(peer(line, line.nanos().getAsDouble(), result));
      }
    }
    List<String> lines = table.lines(INDENT);
    out.println(ink.faint(lines.get(0)));
    lines.subList(1, lines.size()).forEach(out::println);
    for (PeerResult.Line line : result.peers()) {
      if (line.nanos().isEmpty()) {
        out.println(ink.bad(INDENT + line.name() + " not timed: " + line.reason() + error(line)));
      }
    }
    out.flush();
  }

  private static List<String> ours(String name, double nanos, String share) {
    return List.of(name, micros(nanos), share, "", "", "", "");
  }

  private static List<String> peer(PeerResult.Line line, double nanos, PeerResult result) {
    double expanded = nanos + result.expansionNanos();
    return List.of(
        line.name(),
        micros(nanos),
        share(line.gflops(), result),
        ratio(nanos / result.denseNanos()),
        ratio(nanos / result.sparseNanos()),
        ratio(expanded / result.denseNanos()) + " " + ratio(expanded / result.sparseNanos()),
        String.format(Locale.ROOT, "%.0e", line.error()));
  }

  private static String error(PeerResult.Line line) {
    return Double.isNaN(line.error()) ? "" : String.format(Locale.ROOT, " (by %.2g)", line.error());
  }

  private static String share(double gflops, PeerResult result) {
    return result.peakGflops() > 0 ? Units.percent(gflops / result.peakGflops()) : "-";
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, ratio < 9.995 ? "%.2fx" : "%.0fx", ratio);
  }

  private static String micros(double nanos) {
    return String.format(Locale.ROOT, "%,.0f", nanos / NANOS_PER_MICRO);
  }
}
