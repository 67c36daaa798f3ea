package org.longread.job;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A model folder on this host. One on another file system is copied here once per host, to {@code
 * java.io.tmpdir}/longread-models, under a name made from its files' names, sizes and times.
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
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "longread-models");
    Files.createDirectories(cache);
    Path target = cache.resolve(name(fs.makeQualified(source), files));
    copyOnce(fs, files, target);
    return target;
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

  /** Copies under a lock to a temporary name, then renames: a folder that is there is whole. */
  private static synchronized void copyOnce(FileSystem fs, FileStatus[] files, Path target)
      throws IOException {
    Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (Files.isDirectory(target) || !lock.isValid()) {
        return;
      }
      Path partial = Files.createTempDirectory(target.getParent(), "copy-");
      for (FileStatus file : files) {
        if (file.isFile()) {
          Path to = partial.resolve(file.getPath().getName());
          fs.copyToLocalFile(
              false, file.getPath(), new org.apache.hadoop.fs.Path(to.toUri()), true);
        }
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
