package org.longread.job.report;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.longread.job.Units;
import org.longread.kernels.ops.Stage;

/** Where time and arithmetic went, and what dense attention would have taken. */
final class SpeedSection implements Section {
  @Override
  public boolean hasContent(Report report) {
    return total(report.tasks().nanos()) > 0;
  }

  private static long total(Map<Stage, Long> values) {
    return values.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void write(Report report, Markup page) {
    TaskTally tasks = report.tasks();
    double nanos = total(tasks.nanos());
    page.element(
            "p",
            "Time inside the engine by stage, all Spark tasks together, and the arithmetic done in it.",
            "class",
            "intro")
        .line();
    shares(tasks, nanos, page);
    stages(report, nanos, page);
    dense(report, page);
    around(tasks, nanos, page);
  }

  private static void shares(TaskTally tasks, double nanos, Markup page) {
    String words =
        Arrays.stream(Stage.values())
            .map(stage -> Units.name(stage) + " " + Units.percent(tasks.nanos().get(stage) / nanos))
            .collect(Collectors.joining(", "));
    page.open("figure", "class", "wide");
    try (Picture strip = Picture.openStrip(page, "Share of time by stage", words + ".")) {
      double at = 0;
      for (Stage stage : Stage.values()) {
        double width = 100 * tasks.nanos().get(stage) / nanos;
        strip.rectangle("stage-" + Units.name(stage), at, 0, width, 10);
        at += width;
      }
    }
    page.close().line();
  }

  private static void stages(Report report, double nanos, Markup page) {
    TaskTally tasks = report.tasks();
    double flops = total(tasks.flops());
    Table table =
        new Table("Time and arithmetic by stage")
            .words("Stage")
            .number("Time")
            .number("Share")
            .number("FLOPs")
            .number("Share")
            .number("FLOP/s");
    for (Stage stage : Stage.values()) {
      long time = tasks.nanos().get(stage);
      long done = tasks.flops().get(stage);
      table.row(
          Table.key(Units.name(stage), "stage-" + Units.name(stage)),
          Table.cell(Units.nanos(time)),
          Table.cell(Units.percent(time / nanos)),
          Table.cell(Units.decimal(done)),
          Table.cell(Units.percent(done / flops)),
          Table.cell(time == 0 ? "-" : Units.decimal(done * 1e9 / time)));
    }
    table.row(
        Table.cell("all"),
        Table.cell(Units.seconds(nanos / 1e9)),
        Table.cell("100 %"),
        Table.cell(Units.decimal(flops)),
        Table.cell("100 %"),
        Table.cell(Units.decimal(flops * 1e9 / nanos)));
    table.write(page);
  }

  private static void dense(Report report, Markup page) {
    double done = total(report.tasks().flops());
    double dense = report.manifest().totals().denseEquivalentFlops();
    long scored = report.manifest().totals().keysScored();
    if (dense <= 0 || done <= 0) {
      return;
    }
    double most = Math.max(done, dense);
    new Table("Arithmetic done, and what dense attention would have taken at least")
        .words("Attention")
        .number("FLOPs")
        .number("Times")
        .row(Table.cell("as run"), Table.bar(Units.decimal(done), done / most), Table.cell("1.0x"))
        .row(
            Table.cell("dense"),
            Table.bar(Units.decimal(dense), dense / most),
            Table.cell(Units.times(dense / done)))
        .write(page);
    if (scored > 0) {
      long kept = report.manifest().totals().keysKept();
      String words =
          "Of %s pairs of query and key that were scored, %s entered attention: %s %%."
              .formatted(
                  Units.decimal(scored),
                  Units.decimal(kept),
                  Units.fixed(100.0 * kept / scored, 1));
      page.element("p", words, "class", "facts").line();
    }
  }

  private static void around(TaskTally tasks, double nanos, Markup page) {
    String words =
        "Beside %s in the engine, Spark tasks took %s to read, or wait for, documents, %s to turn text into tokens and %s to write."
            .formatted(
                Units.seconds(nanos / 1e9),
                Units.nanos(tasks.sum("read_ns")),
                Units.nanos(tasks.sum("tokenize_ns")),
                Units.nanos(tasks.sum("write_ns")));
    page.element("p", words, "class", "facts").line();
    long moved = tasks.sum("h2d_bytes") + tasks.sum("d2h_bytes");
    if (moved > 0) {
      page.element(
              "p",
              "%s went to a device and %s came back."
                  .formatted(
                      Units.bytes(tasks.sum("h2d_bytes")), Units.bytes(tasks.sum("d2h_bytes"))),
              "class",
              "facts")
          .line();
    }
  }
}
