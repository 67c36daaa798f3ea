package org.longread.job.report;

import java.util.List;
import java.util.stream.Collectors;
import org.longread.job.Units;
import org.longread.job.report.Picture.Anchor;

/** What documents cost by their length: dollars where a price is known, else time. */
final class CostSection implements Section {
  private static final double TOP = 26;
  private static final double BOTTOM = 176;
  private static final double LEFT = 52;
  private static final double RIGHT = 350;
  private static final double HEIGHT = 212;

  @Override
  public boolean hasContent(Report report) {
    return !report.tasks().ranges().isEmpty();
  }

  @Override
  public void write(Report report, Markup page) {
    List<LengthRange> ranges = report.tasks().ranges();
    boolean priced = ranges.stream().allMatch(LengthRange::isPriced);
    page.element("p", intro(priced), "class", "intro").line();
    List<LengthRange> drawn =
        ranges.stream().filter(range -> range.tokens() > 0 && range.wallNanos() > 0).toList();
    if (drawn.size() > 1) {
      picture(drawn, priced, page);
    }
    table(ranges, priced, page);
  }

  private static String intro(boolean priced) {
    return priced
        ? "Documents by length in tokens. Each bears its share of the cost of its Spark task."
        : "Documents by length in tokens. No price is known, so cost is time of one Spark task;"
            + " run with --usd-per-hour to see dollars.";
  }

  private static void picture(List<LengthRange> ranges, boolean priced, Markup page) {
    String unit =
        priced ? "USD per million tokens" : "seconds of one Spark task per million tokens";
    double highest = ranges.stream().mapToDouble(LengthRange::perMillionTokens).max().orElse(1);
    Ticks ticks = Ticks.upTo(highest);
    String words =
        ranges.stream()
            .map(range -> range.label() + " tokens: " + amount(range.perMillionTokens(), priced))
            .collect(Collectors.joining("; "));
    page.open("figure");
    try (Picture picture =
        Picture.open(page, HEIGHT, "Cost of a million tokens by length of document", words + ".")) {
      picture.text(Anchor.START, 0, 12, unit);
      for (double tick : ticks.values()) {
        double y = y(tick, ticks);
        picture.line("grid", LEFT, y, RIGHT, y);
        picture.text(Anchor.END, LEFT - 6, y + 4, ticks.label(tick));
      }
      double step = (RIGHT - LEFT) / ranges.size();
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < ranges.size(); i++) {
        double x = LEFT + step * (i + 0.5);
        double y = y(ranges.get(i).perMillionTokens(), ticks);
        points.append(Markup.number(x)).append(',').append(Markup.number(y)).append(' ');
        int every = (int) Math.ceil(ranges.size() / 7.0);
        if (i % every == 0) {
          picture.text(Anchor.MIDDLE, x, BOTTOM + 16, shortLength(ranges.get(i).minTokens()));
        }
      }
      picture.path("curve", points.toString().strip());
      for (int i = 0; i < ranges.size(); i++) {
        picture.dot(LEFT + step * (i + 0.5), y(ranges.get(i).perMillionTokens(), ticks));
      }
      picture.text(Anchor.END, RIGHT, HEIGHT - 4, "tokens in the document, from");
    }
    page.close().line();
  }

  private static double y(double value, Ticks ticks) {
    return BOTTOM - (BOTTOM - TOP) * value / ticks.highest();
  }

  private static String shortLength(long tokens) {
    return tokens >= 1 << 20
        ? (tokens >> 20) + "M"
        : tokens >= 1 << 10 ? (tokens >> 10) + "K" : String.valueOf(tokens);
  }

  private static String amount(double value, boolean priced) {
    return priced ? Units.usd(value) : Units.nanos(Math.round(value * 1e9));
  }

  private static void table(List<LengthRange> ranges, boolean priced, Markup page) {
    Table table =
        new Table("Documents by length")
            .words("Tokens")
            .number("Documents")
            .number("Tokens a second")
            .number(priced ? "Cost of one" : "Time of one")
            .number(priced ? "Cost of a million tokens" : "Time of a million tokens");
    double highest = ranges.stream().mapToDouble(LengthRange::perMillionTokens).max().orElse(1);
    for (LengthRange range : ranges) {
      double each = priced ? range.usdPerDocument() : range.secondsPerDocument();
      double million = range.perMillionTokens();
      table.row(
          Table.cell(range.label()),
          Table.cell(Units.count(range.documents())),
          Table.cell(Units.count(Math.round(range.tokensPerSecond()))),
          Table.cell(amount(each, priced)),
          range.tokens() == 0
              ? Table.cell("-")
              : Table.bar(amount(million, priced), million / highest));
    }
    table.write(page);
  }
}
