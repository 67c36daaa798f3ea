package org.longread.job;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.longread.kernels.checkpoint.CheckpointException;

/**
 * Copies of models on this host's disk, shared by all its executors.
 *
 * <pre>
 * NAME          the copy: what is there was whole when it was renamed to this
 * NAME.sha256   its checksum, which every JVM compares once before it reads the copy
 * NAME.lock     held while one process copies and the others wait
 * NAME.part-*   a copy under way, or one that was broken off; the next who copies removes it
 * </pre>
 *
 * @param root the folder they are in
 * @param checksums of this JVM
 */
record ModelCache(Path root, Checksums checksums) {
  /** The copies of this host, as far as its processes agree on {@code java.io.tmpdir}. */
  static ModelCache ofHost() {
    Path root = Path.of(System.getProperty("java.io.tmpdir"), "longread-models");
    return new ModelCache(root, ExecutorEngine.checksums());
  }

  /**
   * The copy of a model, made if there is none, made again if it is damaged.
   *
   * @param name stands for the model's files and when they were changed
   * @param files of the model, on {@code source}
   */
  Path folder(String name, FileSystem source, List<FileStatus> files) throws IOException {
    Files.createDirectories(root);
    Path copy = root.resolve(name);
    if (!isWhole(copy)) {
      synchronized (ModelCache.class) { // a file lock is the process's, not the thread's
        copyUnderLock(copy, source, files);
      }
    }
    return copy;
  }

  private void copyUnderLock(Path copy, FileSystem source, List<FileStatus> files)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                beside(copy, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isWhole(copy)) {
        replace(copy, source, files);
      }
    }
  }

  private boolean isWhole(Path copy) throws IOException {
    Path checksum = beside(copy, ".sha256");
    if (!Files.isDirectory(copy) || !Files.exists(checksum)) {
      return false;
    }
    try {
      return checksums.of(copy).equals(Files.readString(checksum));
    } catch (CheckpointException e) {
      return false;
    }
  }

  private void replace(Path copy, FileSystem source, List<FileStatus> files) throws IOException {
    removeParts(copy);
    requireSpace(files);
    Path part = Files.createTempDirectory(root, copy.getFileName() + ".part-");
    for (FileStatus file : files) {
      if (file.isFile()) {
        Path to = part.resolve(file.getPath().getName());
        source.copyToLocalFile(
            false, file.getPath(), new org.apache.hadoop.fs.Path(to.toUri()), true);
      }
    }
    String checksum = checksums.of(part);
    if (Files.exists(copy)) {
      System.err.println("longread: Copies the model again: " + copy + " is damaged");
      // Those who have mapped the old files keep them until they let go.
      Files.move(copy, Files.createTempDirectory(root, copy.getFileName() + ".part-").resolve("x"));
    }
    Files.writeString(beside(copy, ".sha256"), checksum);
    Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
    removeParts(copy);
  }

  private void requireSpace(List<FileStatus> files) throws IOException {
    long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
    long free = Files.getFileStore(root).getUsableSpace();
    if (bytes > free) {
      throw new IOException(
          "its copy takes %s, and %s has %s free. Make room, or set java.io.tmpdir in spark.executor.extraJavaOptions and spark.driver.extraJavaOptions"
              .formatted(Units.bytes(bytes), root, Units.bytes(free)));
    }
  }

  private void removeParts(Path copy) throws IOException {
    String prefix = copy.getFileName() + ".part-";
    try (Stream<Path> found = Files.list(root)) {
      for (Path path : found.filter(p -> p.getFileName().toString().startsWith(prefix)).toList()) {
        delete(path);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path beside(Path copy, String suffix) {
    return copy.resolveSibling(copy.getFileName() + suffix);
  }
}
