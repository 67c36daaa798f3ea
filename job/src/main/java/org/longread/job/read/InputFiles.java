package org.longread.job.read;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.InvalidRunException;

/** The Parquet files of a run, found and looked at on the driver before anything is read. */
final class InputFiles {
  /** Files whose magic bytes are checked; beyond that, a bad file is found when it is read. */
  static final int MAX_CHECKED = 10_000;

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int MIN_BYTES = 12;

  private InputFiles() {}

  /** Splits a comma-separated list of paths; commas in braces belong to a glob. */
  static List<String> split(String paths) {
    return Arrays.stream(paths.split(",(?![^{]*\\})")).map(String::strip).toList();
  }

  /**
   * Looks at the files below the paths, names that begin with _ or . left out.
   *
   * @throws InvalidRunException if a path has none, or one is not a Parquet file
   */
  static void check(List<String> paths, Configuration hadoop) {
    List<FileStatus> files = new ArrayList<>();
    for (String path : paths) {
      int before = files.size();
      try {
        list(new Path(path), hadoop, files);
      } catch (IOException | IllegalArgumentException e) {
        throw new InvalidRunException("Cannot read input " + path + ": " + e.getMessage(), e);
      }
      if (files.size() == before) {
        throw new InvalidRunException(
            "Cannot read input " + path + ": no Parquet files there. Check the path");
      }
    }
    files.sort(Comparator.comparing(file -> file.getPath().toString()));
    files.stream().limit(MAX_CHECKED).forEach(file -> checkMagic(file, hadoop));
  }

  private static void list(Path path, Configuration hadoop, List<FileStatus> into)
      throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    FileStatus[] found = fs.globStatus(path);
    if (found == null || found.length == 0) {
      throw new FileNotFoundException("no such file or folder. Check the path");
    }
    for (FileStatus status : found) {
      add(fs, status, into);
    }
  }

  private static void add(FileSystem fs, FileStatus status, List<FileStatus> into)
      throws IOException {
    if (!status.isDirectory()) {
      into.add(status);
      return;
    }
    for (FileStatus child : fs.listStatus(status.getPath())) {
      String name = child.getPath().getName();
      boolean hidden = name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
      if (!hidden) {
        add(fs, child, into);
      }
    }
  }

  private static void checkMagic(FileStatus file, Configuration hadoop) {
    String problem;
    try {
      problem = problem(file, hadoop);
    } catch (IOException e) {
      throw new InvalidRunException(
          "Cannot read input file " + file.getPath() + ": " + e.getMessage(), e);
    }
    if (!problem.isEmpty()) {
      throw new InvalidRunException(
          "Cannot read input file %s: %s. Remove it from input, or write it again"
              .formatted(file.getPath(), problem));
    }
  }

  private static String problem(FileStatus file, Configuration hadoop) throws IOException {
    if (file.getLen() < MIN_BYTES) {
      return "not a Parquet file (" + file.getLen() + " bytes)";
    }
    byte[] bytes = new byte[MAGIC.length];
    try (FSDataInputStream in = file.getPath().getFileSystem(hadoop).open(file.getPath())) {
      in.readFully(0, bytes);
      if (!Arrays.equals(bytes, MAGIC)) {
        return "not a Parquet file (it does not begin with PAR1)";
      }
      in.readFully(file.getLen() - MAGIC.length, bytes);
      return Arrays.equals(bytes, MAGIC)
          ? ""
          : "a Parquet file cut short (it does not end with PAR1)";
    }
  }
}
