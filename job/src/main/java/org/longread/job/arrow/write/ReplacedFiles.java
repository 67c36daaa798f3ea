package org.longread.job.arrow.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files an overwrite replaces: listed before its job commits, deleted after (C6). */
final class ReplacedFiles {
  private static final int NAMED = 10;

  private final FileSystem fs;
  private final Path root;
  private final List<Path> files;

  private ReplacedFiles(FileSystem fs, Path root, List<Path> files) {
    this.fs = fs;
    this.root = root;
    this.files = files;
  }

  /** Lists them; {@code folders} are those that got new files. */
  static ReplacedFiles list(Output output, Replacement replacement, Set<String> folders)
      throws IOException {
    Path given = new Path(output.folder());
    FileSystem fs = given.getFileSystem(output.hadoop().value());
    Path root = fs.makeQualified(given);
    List<Path> files = new ArrayList<>();
    switch (replacement) {
      case NOTHING -> {}
      case ALL -> add(fs, root, output.queryId(), files);
      case PARTITIONS -> {
        for (String folder : new TreeSet<>(folders)) {
          add(fs, folder.isEmpty() ? root : new Path(root, folder), output.queryId(), files);
        }
      }
    }
    return new ReplacedFiles(fs, root, files);
  }

  private static void add(FileSystem fs, Path folder, String queryId, List<Path> into)
      throws IOException {
    if (!fs.exists(folder)) {
      return;
    }
    for (FileStatus child : fs.listStatus(folder)) {
      String name = child.getPath().getName();
      if (isHidden(name)) {
        continue;
      }
      if (child.isDirectory()) {
        add(fs, child.getPath(), queryId, into);
      } else if (!name.contains(queryId)) {
        into.add(child.getPath());
      }
    }
  }

  /** As Spark's file sources have it. */
  private static boolean isHidden(String name) {
    return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
  }

  /**
   * Deletes them, and folders they leave empty. Goes on after a failure.
   *
   * @throws IOException naming files that are still there
   */
  void delete() throws IOException {
    List<Path> left = new ArrayList<>();
    Set<Path> folders = new TreeSet<>();
    for (Path file : files) {
      try {
        if (!fs.delete(file, false) && fs.exists(file)) {
          left.add(file);
        }
        folders.add(file.getParent());
      } catch (IOException e) {
        left.add(file);
      }
    }
    for (Path folder : folders) {
      deleteIfEmpty(folder);
    }
    if (!left.isEmpty()) {
      throw new IOException(
          "the new data is committed, but %d replaced files could not be deleted, such as %s. Delete them, or overwrite again"
              .formatted(left.size(), left.subList(0, Math.min(NAMED, left.size()))));
    }
  }

  private void deleteIfEmpty(Path folder) throws IOException {
    Path at = folder;
    while (!at.equals(root) && fs.exists(at) && fs.listStatus(at).length == 0) {
      fs.delete(at, false);
      at = at.getParent();
    }
  }
}
