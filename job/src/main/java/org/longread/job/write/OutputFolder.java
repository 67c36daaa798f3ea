package org.longread.job.write;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.longread.job.InvalidRunException;

/**
 * Where a run writes: {@code results/}, {@code stats/} and, last, {@code manifest.json}. Files not
 * yet committed are in {@code _temporary} below either folder.
 *
 * @param uri the folder, with file system
 * @param runId part of every file name
 */
public record OutputFolder(String uri, String runId) implements Serializable {
  /** Its presence means that the run is complete. */
  public static final String MANIFEST = "manifest.json";

  /**
   * A folder for a new run; nothing is created yet.
   *
   * @throws InvalidRunException if something is there already, or it cannot be reached
   */
  public static OutputFolder check(String uri, String runId, Configuration hadoop) {
    try {
      FileSystem fs = new Path(uri).getFileSystem(hadoop);
      Path path = fs.makeQualified(new Path(uri));
      OutputFolder folder = new OutputFolder(path.toString(), runId);
      if (fs.exists(path)) {
        folder.refuseUnlessEmpty(fs);
      }
      return folder;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRunException("Cannot write output " + uri + ": " + e.getMessage(), e);
    }
  }

  private void refuseUnlessEmpty(FileSystem fs) throws IOException {
    if (!fs.getFileStatus(path()).isDirectory()) {
      throw new InvalidRunException("Cannot write output " + uri + ": it is a file");
    }
    // Files, not folders: a run that broke off early leaves empty ones, and may be started again.
    RemoteIterator<LocatedFileStatus> found = fs.listFiles(path(), true);
    if (found.hasNext()) {
      boolean complete = fs.exists(manifest());
      throw new InvalidRunException(
          "Cannot write output %s: it holds %s. Choose another folder, or remove this one"
              .formatted(
                  uri,
                  complete
                      ? "a finished run"
                      : "files, such as " + found.next().getPath().getName()));
    }
  }

  /** Creates the folders of a run. */
  public void create(Configuration hadoop) {
    try {
      FileSystem fs = path().getFileSystem(hadoop);
      for (Path folder : List.of(results(), statistics())) {
        if (!fs.mkdirs(folder)) {
          throw new IOException("cannot create " + folder);
        }
      }
    } catch (IOException e) {
      throw new InvalidRunException("Cannot write output " + uri + ": " + e.getMessage(), e);
    }
  }

  /** Removes what attempts left behind that did not commit. */
  public void removeTemporary(Configuration hadoop) throws IOException {
    FileSystem fs = path().getFileSystem(hadoop);
    for (Path folder : List.of(results(), statistics())) {
      fs.delete(temporary(folder), true);
    }
  }

  /** The folder. */
  public Path path() {
    return new Path(uri);
  }

  /** Folder of result files. */
  public Path results() {
    return new Path(path(), "results");
  }

  /** Folder of statistics files. */
  public Path statistics() {
    return new Path(path(), "stats");
  }

  /** The manifest. */
  public Path manifest() {
    return new Path(path(), MANIFEST);
  }

  static Path temporary(Path folder) {
    return new Path(folder, "_temporary");
  }

  String fileName(int partition) {
    return "part-%05d-%s.arrow".formatted(partition, runId);
  }
}
