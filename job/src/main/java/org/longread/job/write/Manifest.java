package org.longread.job.write;

import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.DatasetName;
import org.longread.job.Suspicions;

/**
 * {@code manifest.json}: that a run is complete, what it was and what it counted. Components are
 * its keys, in snake case and this order.
 *
 * @param schemaVersion of result and statistics tables
 * @param fingerprint what decides over results
 * @param counts documents and rows; {@code outcomes} has rows by {@code ok} or error code
 * @param totals sums over the statistics table
 * @param suspicions documents that the watchdog warned of
 * @param results result files, relative to the manifest
 * @param statistics statistics files, relative to the manifest
 * @param files all of them, with what they must hold
 * @param lineage what was read and written, by the names that lineage has for it
 * @param startedAt ISO 8601, UTC
 */
public record Manifest(
    String schemaVersion,
    String runId,
    Fingerprint fingerprint,
    Counts counts,
    Totals totals,
    Suspicions suspicions,
    List<String> results,
    List<String> statistics,
    List<OutputFile> files,
    Lineage lineage,
    String startedAt,
    String finishedAt) {
  public Manifest {
    suspicions = suspicions == null ? Suspicions.NONE : suspicions; // versions before 0.2 had none
    results = copyOf(results);
    statistics = copyOf(statistics);
    files = copyOf(files); // nor this
    lineage = lineage == null ? new Lineage(List.of(), List.of()) : lineage; // nor this
  }

  /** None for a list that a file lacks: who reads the file says what it must have. */
  private static <T> List<T> copyOf(List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  /**
   * A file that counts.
   *
   * @param path relative to the manifest
   * @param bytes its length
   */
  public record OutputFile(String path, long rows, long bytes) implements Serializable {}

  /**
   * Datasets, each a folder or file.
   *
   * @param outputs folders of results and of statistics
   */
  public record Lineage(List<DatasetName> inputs, List<DatasetName> outputs) {
    public Lineage {
      inputs = copyOf(inputs);
      outputs = copyOf(outputs);
    }
  }

  /**
   * Runs of the same fingerprint yield the same rows for the same documents.
   *
   * @param modelSha256 of configuration, tokenizer and weights
   * @param options those that can change a result, by name
   * @param arithmetic name of the arithmetic: backends that agree bit for bit share one
   * @param code number that rises when the program computes other results
   */
  public record Fingerprint(
      String modelSha256, Map<String, String> options, String arithmetic, String code) {}

  /** Rows and documents. */
  public record Counts(
      long documents,
      long documentsFailed,
      long rows,
      long rowsFailed,
      Map<String, Long> outcomes) {}

  /**
   * Sums.
   *
   * @param wallNs from the start of inference to the last commit
   * @param costUsd null if no price was given
   */
  public record Totals(
      long tokensIn,
      long tokensOut,
      long wallNs,
      Map<String, Long> stageNs,
      Map<String, Long> stageFlops,
      long denseEquivalentFlops,
      long keysScored,
      long keysKept,
      Double costUsd) {

    /** Both together; the cost is null if either's is. */
    public Totals plus(Totals other) {
      return new Totals(
          tokensIn + other.tokensIn,
          tokensOut + other.tokensOut,
          wallNs + other.wallNs,
          sum(stageNs, other.stageNs),
          sum(stageFlops, other.stageFlops),
          denseEquivalentFlops + other.denseEquivalentFlops,
          keysScored + other.keysScored,
          keysKept + other.keysKept,
          costUsd == null || other.costUsd == null ? null : (Double) (costUsd + other.costUsd));
    }

    private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
      Map<String, Long> sum = new LinkedHashMap<>(a);
      b.forEach((stage, value) -> sum.merge(stage, value, Long::sum));
      return sum;
    }
  }

  /**
   * The manifest of an output folder; empty if the run there is not complete.
   *
   * @throws IOException if the folder cannot be reached
   */
  public static Optional<Manifest> read(Path output, Configuration hadoop) throws IOException {
    FileSystem fs = output.getFileSystem(hadoop);
    return Json.read(fs, new Path(output, OutputFolder.MANIFEST), Manifest.class);
  }
}
