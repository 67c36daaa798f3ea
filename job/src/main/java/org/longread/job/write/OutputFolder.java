package org.longread.job.write;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.longread.job.DatasetName;
import org.longread.job.InvalidRunException;

/**
 * Where a run writes: {@code results/}, {@code stats/} and, last, {@code manifest.json}; until
 * then, {@code _longread/} as COMMIT.md has it.
 *
 * @param uri the folder, with file system
 * @param runId the id of this life; part of every file name
 */
public record OutputFolder(String uri, String runId) implements Serializable {
  /** Its presence means that the run is complete. */
  public static final String MANIFEST = "manifest.json";

  static final String RESULTS = "results";
  static final String STATISTICS = "stats";

  /**
   * A folder for a run, which is empty or holds one; nothing is created yet.
   *
   * @throws InvalidRunException if something else is there, or it cannot be reached
   */
  public static OutputFolder check(String uri, String runId, Configuration hadoop) {
    try {
      FileSystem fs = new Path(uri).getFileSystem(hadoop);
      Path path = fs.makeQualified(new Path(uri));
      OutputFolder folder = new OutputFolder(path.toString(), runId);
      if (fs.exists(path)) {
        folder.refuseStrangers(fs);
      }
      return folder;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRunException("Cannot write output " + uri + ": " + e.getMessage(), e);
    }
  }

  private void refuseStrangers(FileSystem fs) throws IOException {
    if (!fs.getFileStatus(path()).isDirectory()) {
      throw new InvalidRunException("Cannot write output " + uri + ": it is a file");
    }
    if (fs.exists(manifest()) || fs.exists(lives())) {
      return;
    }
    // Files, not folders: a run that broke off early leaves empty ones, and may be started again.
    RemoteIterator<LocatedFileStatus> found = fs.listFiles(path(), true);
    if (found.hasNext()) {
      throw new InvalidRunException(
          "Cannot write output %s: it holds files, such as %s. Choose another folder, or remove this one"
              .formatted(uri, found.next().getPath().getName()));
    }
  }

  /** The folder. */
  public Path path() {
    return new Path(uri);
  }

  /** Folder of result files. */
  public Path results() {
    return new Path(path(), RESULTS);
  }

  /** Folder of statistics files. */
  public Path statistics() {
    return new Path(path(), STATISTICS);
  }

  /** The manifest. */
  public Path manifest() {
    return new Path(path(), MANIFEST);
  }

  /** What lineage calls results and statistics. */
  public List<DatasetName> names() {
    return Stream.of(results(), statistics()).map(Path::toUri).map(DatasetName::of).toList();
  }

  /** All that is not for readers. */
  Path hidden() {
    return new Path(path(), "_longread");
  }

  /** Records of lives. */
  Path lives() {
    return new Path(hidden(), "lives");
  }

  /** Segments and receipts. */
  public Path work() {
    return new Path(hidden(), "work");
  }

  /** The manifest while leftovers are removed. */
  Path sealed() {
    return new Path(hidden(), MANIFEST);
  }

  /** Staging of Hadoop's file committer. */
  Path staging() {
    return new Path(path(), "_temporary");
  }

  /** Whether a folder in this one is staging of S3A's magic committer, which has one per job. */
  static boolean isMagic(Path folder) {
    return folder.getName().startsWith("__magic");
  }

  String fileName(int partition) {
    return "part-%05d-%s.arrow".formatted(partition, runId);
  }
}
