package org.longread.job.report;

import java.util.List;
import org.longread.job.write.Manifest;

/**
 * Everything a page says but the texts of documents.
 *
 * @param folder the run's output, in words
 * @param shown documents shown one by one
 */
public record Report(
    String folder,
    Manifest manifest,
    ResultTally results,
    TaskTally tasks,
    List<SampledDocument> shown) {
  public Report {
    shown = List.copyOf(shown);
  }

  /**
   * Reads a run's tables, each row once.
   *
   * @param documents how many are shown at most
   * @throws org.longread.job.InvalidRunException if a file the manifest names is missing or broken
   */
  public static Report read(RunOutput output, int documents) {
    ResultTally results = output.results(documents);
    return new Report(
        output.folder().toString(),
        output.manifest(),
        results,
        output.statistics(),
        results.sampled());
  }

  /** The run's option; empty where the manifest has none. */
  String option(String name) {
    return manifest.fingerprint().options().getOrDefault(name, "");
  }

  /** Wall time of the run, in seconds. */
  double seconds() {
    return manifest.totals().wallNs() / 1e9;
  }

  /** Tokens read and written. */
  long tokens() {
    return manifest.totals().tokensIn() + manifest.totals().tokensOut();
  }

  boolean isPriced() {
    return manifest.totals().costUsd() != null;
  }
}
