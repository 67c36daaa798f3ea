package org.longread.job.report;

import java.util.Map;
import org.longread.job.Units;
import org.longread.job.report.Picture.Anchor;

/** How much of dense attention the selection kept, where the run sampled it. */
final class QualitySection implements Section {
  private static final double TOP = 26;
  private static final double BOTTOM = 146;
  private static final double LEFT = 40;
  private static final double RIGHT = 350;
  private static final double HEIGHT = 182;

  @Override
  public boolean hasContent(Report report) {
    return report.results().quality().capturedMass().count() > 0;
  }

  @Override
  public void write(Report report, Markup page) {
    Distribution mass = report.results().quality().capturedMass();
    Distribution recall = report.results().quality().selectionRecall();
    String words =
        "At %s of the queries the selection was compared with dense attention. It held %s of dense attention's probability (captured mass) and %s of the keys dense attention weighs most (selection recall), on average over rows."
            .formatted(sampled(report), Units.percent(mass.mean()), Units.percent(recall.mean()));
    page.element("p", words, "class", "intro").line();
    picture(mass, page);
    table(report.results().qualityByLength(), page);
  }

  private static String sampled(Report report) {
    try {
      return "%s %%"
          .formatted(Markup.number(100 * Double.parseDouble(report.option("sample-quality"))));
    } catch (NumberFormatException e) {
      return "some";
    }
  }

  private static void picture(Distribution mass, Markup page) {
    long most = 4;
    for (int bin = 0; bin < Distribution.BINS; bin++) {
      most = Math.max(most, mass.inBin(bin));
    }
    Ticks ticks = Ticks.upTo((double) most);
    String description =
        "Mean %s, least %s, over %s. The table gives means by length."
            .formatted(
                Units.percent(mass.mean()),
                Units.percent(mass.least()),
                Headline.number(mass.count(), "row"));
    page.open("figure");
    try (Picture picture = Picture.open(page, HEIGHT, "Rows by captured mass", description)) {
      picture.text(Anchor.START, 0, 12, "rows");
      for (double tick : ticks.values()) {
        double y = BOTTOM - (BOTTOM - TOP) * tick / ticks.highest();
        picture.line("grid", LEFT, y, RIGHT, y);
        picture.text(Anchor.END, LEFT - 6, y + 4, ticks.label(tick));
      }
      double step = (RIGHT - LEFT) / Distribution.BINS;
      for (int bin = 0; bin < Distribution.BINS; bin++) {
        double height = (BOTTOM - TOP) * mass.inBin(bin) / ticks.highest();
        picture.rectangle("fill", LEFT + bin * step + 1, BOTTOM - height, step - 2, height);
      }
      for (int share = 0; share <= 100; share += 25) {
        double x = LEFT + (RIGHT - LEFT) * share / 100;
        Anchor anchor = share == 100 ? Anchor.END : Anchor.MIDDLE;
        picture.text(anchor, x, BOTTOM + 16, share + " %");
      }
      picture.text(Anchor.END, RIGHT, HEIGHT - 4, "captured mass");
    }
    page.close().line();
  }

  private static void table(Map<Integer, ResultTally.Quality> byLength, Markup page) {
    Table table =
        new Table("Quality of the selection by length of prompt")
            .words("Tokens")
            .number("Rows")
            .number("Captured mass")
            .number("least")
            .number("Selection recall")
            .number("least");
    byLength.forEach(
        (bits, quality) -> {
          Distribution mass = quality.capturedMass();
          Distribution recall = quality.selectionRecall();
          if (mass.count() > 0) {
            table.row(
                Table.cell(label(bits)),
                Table.cell(Units.count(mass.count())),
                Table.bar(Units.percent(mass.mean()), mass.mean()),
                Table.cell(Units.percent(mass.least())),
                Table.bar(Units.percent(recall.mean()), recall.mean()),
                Table.cell(Units.percent(recall.least())));
          }
        });
    table.write(page);
  }

  private static String label(int bits) {
    long min = bits == 0 ? 0 : 1L << (bits - 1);
    return new LengthRange(min, (1L << bits) - 1, 0, 0, 0, 0).label();
  }
}
