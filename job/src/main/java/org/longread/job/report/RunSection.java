package org.longread.job.report;

import java.util.Map;
import java.util.stream.Collectors;
import org.longread.job.Units;
import org.longread.job.write.Manifest;

/** What ran where: what somebody needs who wants to run it again, or to find it in Spark's log. */
final class RunSection implements Section {
  @Override
  public void write(Report report, Markup page) {
    Manifest manifest = report.manifest();
    TaskTally tasks = report.tasks();
    page.open("dl", "class", "pairs");
    pair("Run", manifest.runId(), page);
    pair("Began", manifest.startedAt(), page);
    pair("Ended", manifest.finishedAt(), page);
    pair("Backend and device", names(tasks.backends()), page);
    pair("Executors", names(tasks.executors()), page);
    if (tasks.peakCacheBytes() > 0) {
      pair("Largest caches of a Spark task", Units.bytes(tasks.peakCacheBytes()), page);
    }
    pair("Input", report.option("input"), page);
    pair("Output", report.folder(), page);
    pair(
        "Files",
        "%s with results, %s with statistics"
            .formatted(manifest.results().size(), manifest.statistics().size()),
        page);
    pair("Model", report.option("model"), page);
    pair("SHA-256 of the model", manifest.fingerprint().modelSha256(), page);
    pair("Arithmetic", manifest.fingerprint().arithmetic(), page);
    pair("Longread", manifest.fingerprint().code(), page);
    if (report.results().truncated() > 0) {
      pair("Rows of cut documents", Units.count(report.results().truncated()), page);
    }
    if (!report.results().finishReasons().isEmpty()) {
      pair("Answers ended by", counted(report.results().finishReasons()), page);
    }
    page.close().line();
    options(manifest, page);
  }

  private static void pair(String name, String value, Markup page) {
    page.open("div").element("dt", name).open("dd").element("bdi", value).close().close().line();
  }

  private static String names(Map<String, Long> counted) {
    return counted.isEmpty() ? "none" : String.join("; ", counted.keySet());
  }

  private static String counted(Map<String, Long> reasons) {
    return reasons.entrySet().stream()
        .map(reason -> reason.getKey() + " " + Units.count(reason.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static void options(Manifest manifest, Markup page) {
    page.open("details").element("summary", "Options that decide over results").line();
    Table table =
        new Table("Options of the fingerprint: the same ones give the same bytes")
            .words("Option")
            .words("Value");
    manifest
        .fingerprint()
        .options()
        .forEach((name, value) -> table.row(Table.cell(name), Table.cell(shown(value))));
    table.write(page);
    page.close().line();
  }

  private static String shown(String value) {
    return value.isEmpty() ? "-" : AnswerRow.cut(value, 2000);
  }
}
