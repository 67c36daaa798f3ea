package org.longread.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A model folder on this host. One on another file system is copied here once per host, under a
 * name made from its files' names, sizes and times: see {@link ModelCache}.
 */
final class ModelFolder {
  private ModelFolder() {}

  /**
   * The folder, copied here if need be.
   *
   * @throws InvalidRunException if there is none
   */
  static Path onThisHost(String location, Configuration hadoop) {
    if (!location.contains(":/")) {
      Path local = Path.of(location);
      if (Files.isDirectory(local)) {
        return local;
      }
    }
    try {
      return fetch(new org.apache.hadoop.fs.Path(location), hadoop);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRunException("Cannot open model " + location + ": " + e.getMessage(), e);
    }
  }

  private static Path fetch(org.apache.hadoop.fs.Path source, Configuration hadoop)
      throws IOException {
    FileSystem fs = source.getFileSystem(hadoop);
    if (!fs.exists(source) || !fs.getFileStatus(source).isDirectory()) {
      throw new IOException("no such folder " + fs.makeQualified(source));
    }
    if (fs.getUri().getScheme().equals("file")) {
      return Path.of(fs.makeQualified(source).toUri().getPath());
    }
    FileStatus[] files = fs.listStatus(source);
    Arrays.sort(files, Comparator.comparing(file -> file.getPath().getName()));
    return ModelCache.ofHost().folder(name(fs.makeQualified(source), files), fs, List.of(files));
  }

  private static String name(org.apache.hadoop.fs.Path source, FileStatus[] files) {
    StringBuilder identity = new StringBuilder(source.toString());
    for (FileStatus file : files) {
      identity
          .append('\n')
          .append(file.getPath().getName())
          .append(' ')
          .append(file.getLen())
          .append(' ')
          .append(file.getModificationTime());
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(identity.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Compares the folder with what the driver checked: a checkpoint that changes while a run goes
   * on, or another one at the same place on another host, would mix its answers. Costs nothing in
   * the driver's own JVM, which knows the checksum; an executor reads the weights once for it.
   *
   * @throws IllegalStateException if it differs
   */
  static void requireSame(Path folder, EngineSpec spec) {
    String found = ExecutorEngine.checksums().of(folder);
    if (found.equals(spec.sha256())) {
      return;
    }
    boolean copied = !Files.isDirectory(Path.of(spec.model()));
    throw new IllegalStateException(
        copied
            ? "Cannot open model %s: it was changed after the driver checked it. Start the run again"
                .formatted(spec.model())
            : "Cannot open model %s: it is not the one that the driver checked (SHA-256 %.12s, expected %.12s). Put the same files on every host, or the model on a file system that all of them reach, and start the run again"
                .formatted(spec.model(), found, spec.sha256()));
  }
}
