package org.longread.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.InvalidRunException;
import org.longread.job.write.ArrowRows;
import org.longread.job.write.Manifest;
import org.longread.job.write.OutputFolder;
import org.longread.job.write.ResultSchema;

/**
 * The folder a finished run left behind.
 *
 * @param fs its file system
 */
public record RunOutput(FileSystem fs, Path folder, Manifest manifest) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Finds a run by its manifest.
   *
   * @throws InvalidRunException if there is none, or it is not ours
   */
  public static RunOutput open(String output, Configuration hadoop) {
    try {
      FileSystem fs = new Path(output).getFileSystem(hadoop);
      Path folder = fs.makeQualified(new Path(output));
      return new RunOutput(fs, folder, manifest(fs, new Path(folder, OutputFolder.MANIFEST)));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRunException("Cannot read output " + output + ": " + e.getMessage(), e);
    }
  }

  private static Manifest manifest(FileSystem fs, Path path) throws IOException {
    try (InputStream in = fs.open(path)) {
      Manifest manifest = JSON.readValue(in, Manifest.class);
      if (!ResultSchema.VERSION.equals(manifest.schemaVersion())) {
        throw new InvalidRunException(
            "Invalid schema_version in %s: %s (expected %s). Use the version that wrote it"
                .formatted(path, manifest.schemaVersion(), ResultSchema.VERSION));
      }
      if (!isWhole(manifest)) {
        throw new InvalidRunException(
            "Invalid manifest %s: it lacks counts, totals, fingerprint or files".formatted(path));
      }
      return manifest;
    } catch (FileNotFoundException e) {
      throw new InvalidRunException(
          ("Cannot report on %s: no %s there, so no run is complete. Name the --output of a"
                  + " finished run, or finish it with longread run")
              .formatted(path.getParent(), OutputFolder.MANIFEST),
          e);
    } catch (JsonProcessingException e) {
      throw new InvalidRunException(
          "Invalid manifest %s: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  private static boolean isWhole(Manifest manifest) {
    return manifest.counts() != null
        && manifest.totals() != null
        && manifest.totals().stageFlops() != null
        && manifest.fingerprint() != null
        && manifest.fingerprint().options() != null
        && !manifest.statistics().isEmpty();
  }

  /** Reads the result table. */
  ResultTally results(int documentsShown) {
    ResultTally tally = new ResultTally(documentsShown);
    for (String file : manifest.results()) {
      ArrowRows.forEach(fs, new Path(folder, file), tally::add);
      tally.endDocument();
    }
    return tally;
  }

  /** Reads the statistics table. */
  TaskTally statistics() {
    TaskTally tally = new TaskTally();
    forEach(manifest.statistics(), tally::add);
    return tally;
  }

  private void forEach(List<String> files, Consumer<ArrowRows.Row> rows) {
    files.forEach(file -> ArrowRows.forEach(fs, new Path(folder, file), rows));
  }
}
