package org.longread.job.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.longread.job.Units;

/** Rows that failed, by reason, with examples. */
final class FailuresSection implements Section {
  @Override
  public boolean hasContent(Report report) {
    return report.results().rows() > 0;
  }

  @Override
  public void write(Report report, Markup page) {
    ResultTally results = report.results();
    if (results.rowsFailed() == 0) {
      String all = results.rows() == 1 ? "The only row is" : "All " + rows(results.rows()) + " are";
      page.element("p", all + " complete; none failed.", "class", "intro").line();
      return;
    }
    List<Map.Entry<String, FailureReason>> reasons =
        results.failures().entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> -entry.getValue().rows()))
            .toList();
    Table table =
        new Table("Failed rows by reason").words("Error code").number("Rows").number("Of all");
    reasons.forEach(
        reason -> {
          double share = (double) reason.getValue().rows() / results.rows();
          table.row(
              Table.cell(reason.getKey()),
              Table.cell(Units.count(reason.getValue().rows())),
              Table.bar(Units.percent(share), share));
        });
    table.write(page);
    reasons.forEach(reason -> examples(reason.getKey(), reason.getValue(), page));
  }

  private static String rows(long rows) {
    return Headline.number(rows, "row");
  }

  private static void examples(String code, FailureReason reason, Markup page) {
    page.open("details", "open", "open");
    int shown = reason.examples().size();
    String of = shown == reason.rows() ? "" : "the first " + shown + " of ";
    page.element("summary", code + ": " + of + rows(reason.rows())).line();
    page.open("dl", "class", "examples");
    for (FailureReason.Example example : reason.examples()) {
      page.open("div").open("dt").element("bdi", example.id()).close();
      page.element("dd", example.message(), "dir", "auto").close().line();
    }
    page.close().close().line();
  }
}
