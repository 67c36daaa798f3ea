package org.longread.job.write;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code manifest.json}: that a run is complete, what it was and what it counted. Components are
 * its keys, in snake case and this order.
 *
 * @param schemaVersion of result and statistics tables
 * @param fingerprint what decides over results
 * @param counts documents and rows; {@code outcomes} has rows by {@code ok} or error code
 * @param totals sums over the statistics table
 * @param results result files, relative to the manifest
 * @param statistics statistics files, relative to the manifest
 * @param startedAt ISO 8601, UTC
 */
public record Manifest(
    String schemaVersion,
    String runId,
    Fingerprint fingerprint,
    Counts counts,
    Totals totals,
    List<String> results,
    List<String> statistics,
    String startedAt,
    String finishedAt) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * Runs of the same fingerprint yield the same rows for the same documents.
   *
   * @param modelSha256 of configuration, tokenizer and weights
   * @param options those that can change a result, by name
   * @param arithmetic name of the arithmetic: backends that agree bit for bit share one
   * @param code version of the program
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
      Double costUsd) {}

  /** Writes it under a temporary name and renames it. */
  public void write(OutputFolder folder, Configuration hadoop) throws IOException {
    FileSystem fs = folder.path().getFileSystem(hadoop);
    Path temporary = new Path(folder.path(), "_temporary-" + OutputFolder.MANIFEST);
    try (OutputStream out = fs.create(temporary, true)) {
      out.write(JSON.writeValueAsBytes(this));
      out.write('\n');
    }
    if (!fs.rename(temporary, folder.manifest())) {
      throw new IOException("Cannot rename " + temporary + " to " + folder.manifest());
    }
  }
}
