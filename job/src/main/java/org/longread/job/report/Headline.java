package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;
import org.longread.job.Units;
import org.longread.job.write.Manifest;

/** What happened, in a sentence, and the numbers behind it. */
final class Headline {
  private final Report report;
  private final Manifest.Counts counts;
  private final Manifest.Totals totals;

  Headline(Report report) {
    this.report = report;
    this.counts = report.manifest().counts();
    this.totals = report.manifest().totals();
  }

  void write(Markup page) {
    page.element("p", "Longread report", "class", "eyebrow").line();
    page.element("h1", sentence()).line();
    if (counts.documents() > 0) {
      page.element("p", details(), "class", "lead").line();
    }
    page.open("dl", "class", "tiles");
    for (String[] tile : tiles()) {
      page.open("div").element("dt", tile[0]).element("dd", tile[1]).close().line();
    }
    page.close().line();
  }

  private String sentence() {
    if (counts.documents() == 0) {
      return "There was nothing to read: the input holds no document.";
    }
    long ok = counts.rows() - counts.rowsFailed();
    String from = " from " + number(counts.documents(), "document");
    String in = " in " + Units.seconds(report.seconds());
    if (ok == 0) {
      return "No " + noun() + from + in + ": " + all(counts.rows()) + " failed.";
    }
    String failed =
        counts.rowsFailed() == 0
            ? "nothing failed."
            : "%s of %s rows failed."
                .formatted(Units.count(counts.rowsFailed()), Units.count(counts.rows()));
    return number(ok, noun()) + from + in + "; " + failed;
  }

  private static String all(long rows) {
    return rows == 1 ? "the only row" : "all " + Units.count(rows) + " rows";
  }

  private String noun() {
    return switch (report.option("task")) {
      case "generate" -> "answer";
      case "score" -> "score";
      default -> "vector";
    };
  }

  /** What came out, as a heading. */
  String answers() {
    return Character.toUpperCase(noun().charAt(0)) + noun().substring(1) + "s";
  }

  static String number(long n, String noun) {
    return Units.count(n) + " " + noun + (n == 1 ? "" : "s");
  }

  private String details() {
    StringBuilder words = new StringBuilder();
    words.append(number(totals.tokensIn(), "token")).append(" were read");
    if (totals.tokensOut() > 0) {
      words.append(" and ").append(Units.count(totals.tokensOut())).append(" written");
    }
    words.append(", ").append(speed()).append(" a second");
    if (report.isPriced()) {
      words.append(", for ").append(Units.usd(totals.costUsd()));
    }
    words.append('.');
    double ratio = savings();
    if (ratio > 1) {
      words.append(
          " Dense attention would have taken at least %s times the arithmetic."
              .formatted(Units.fixed(ratio, 1)));
    }
    return words.toString();
  }

  private String speed() {
    return Units.count(Math.round(report.tokens() / Math.max(report.seconds(), 1e-9)));
  }

  private double savings() {
    long done = totals.stageFlops().values().stream().mapToLong(Long::longValue).sum();
    return done == 0 ? 0 : (double) totals.denseEquivalentFlops() / done;
  }

  private List<String[]> tiles() {
    List<String[]> tiles = new ArrayList<>();
    tiles.add(tile("Documents", Units.count(counts.documents())));
    String failed = Units.count(counts.rowsFailed());
    double share = (double) counts.rowsFailed() / counts.rows();
    tiles.add(
        tile(
            "Rows failed",
            counts.rowsFailed() == 0 ? "none" : failed + " (" + Units.percent(share) + ")"));
    tiles.add(tile("Tokens read", Units.count(totals.tokensIn())));
    if (totals.tokensOut() > 0) {
      tiles.add(tile("Tokens written", Units.count(totals.tokensOut())));
    }
    tiles.add(tile("Time", Units.seconds(report.seconds())));
    tiles.add(tile("Tokens a second", speed()));
    if (report.isPriced()) {
      tiles.add(tile("Cost", Units.usd(totals.costUsd())));
      double perMillion = totals.costUsd() * 1e6 / Math.max(1, report.tokens());
      tiles.add(tile("Cost per million tokens", Units.usd(perMillion)));
    }
    return tiles;
  }

  private static String[] tile(String name, String value) {
    return new String[] {name, value};
  }
}
