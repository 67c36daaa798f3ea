package org.longread.job.write;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of one Spark task attempt: final names are the partition's, temporary ones the
 * attempt's own.
 */
public final class AttemptFiles {
  private final OutputFolder folder;
  private final int partition;
  private final long attempt;
  private final FileSystem fs;

  /**
   * For an attempt.
   *
   * @param attempt unique among all attempts of the run
   */
  public AttemptFiles(OutputFolder folder, int partition, long attempt, Configuration hadoop)
      throws IOException {
    this.folder = folder;
    this.partition = partition;
    this.attempt = attempt;
    this.fs = folder.path().getFileSystem(hadoop);
  }

  FileSystem fileSystem() {
    return fs;
  }

  /** The partition's result file. */
  public Path results() {
    return new Path(folder.results(), folder.fileName(partition));
  }

  /** The partition's statistics file. */
  public Path statistics() {
    return new Path(folder.statistics(), folder.fileName(partition));
  }

  Path temporaryResults() {
    return temporary(folder.results());
  }

  Path temporaryStatistics() {
    return temporary(folder.statistics());
  }

  private Path temporary(Path parent) {
    return new Path(OutputFolder.temporary(parent), attempt + "-" + folder.fileName(partition));
  }
}
