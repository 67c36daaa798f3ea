package org.longread.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.CheckpointFingerprint;

/**
 * Checksums of model folders. Each folder is read once for as long as its files stay as they are:
 * plugin, run and functions of one JVM ask for the same ones. Shared by threads.
 */
final class Checksums {
  private final Map<List<Identity>, String> known = new ConcurrentHashMap<>();

  /** A file that has not changed; the key is its own whatever folder it is moved to. */
  private record Identity(String name, long bytes, long changedMillis, String key) {
    static Identity of(Path file) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Identity(
          file.getFileName().toString(),
          found.size(),
          found.lastModifiedTime().toMillis(),
          String.valueOf(found.fileKey()));
    }
  }

  /**
   * The SHA-256 of a model.
   *
   * @throws CheckpointException if a file cannot be read, or the folder is none of a model
   */
  String of(Path folder) {
    List<Identity> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(folder)) {
      for (Path file : found.sorted().toList()) {
        files.add(Identity.of(file));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CheckpointException("Cannot read checkpoint " + folder + ": " + e, e);
    }
    return known.computeIfAbsent(files, unused -> CheckpointFingerprint.sha256(folder));
  }
}
