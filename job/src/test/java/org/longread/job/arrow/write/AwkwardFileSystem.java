package org.longread.job.arrow.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * A file system without atomic renames: they copy file by file and delete after. Operations that
 * {@link #broken} names fail; what it did is in {@link #log}.
 */
public final class AwkwardFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "awkward";

  /** Decides, from operation and path, what fails. */
  static volatile BiPredicate<String, Path> broken = AwkwardFileSystem::nothing;

  static final List<String> log = new ArrayList<>();

  static Configuration configure(Configuration conf) {
    conf.set("fs." + SCHEME + ".impl", AwkwardFileSystem.class.getName());
    return conf;
  }

  private static boolean nothing(String operation, Path path) {
    return false;
  }

  static void repair() {
    broken = AwkwardFileSystem::nothing;
    synchronized (log) {
      log.clear();
    }
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  private static void does(String operation, Path path) throws IOException {
    synchronized (log) {
      log.add(operation + " " + path.getName());
    }
    if (broken.test(operation, path)) {
      throw new IOException("broken: " + operation + " " + path);
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    does("create", path);
    return super.create(path, overwrite, buffer, replication, block, progress);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    does("delete", path);
    return super.delete(path, recursive);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    FileStatus status;
    try {
      status = getFileStatus(from);
    } catch (FileNotFoundException e) {
      return false;
    }
    copy(status, to);
    return super.delete(from, true);
  }

  private void copy(FileStatus from, Path to) throws IOException {
    does("rename", from.getPath());
    if (from.isDirectory()) {
      mkdirs(to);
      for (FileStatus child : listStatus(from.getPath())) {
        copy(child, new Path(to, child.getPath().getName()));
      }
      return;
    }
    try (FSDataInputStream in = open(from.getPath());
        FSDataOutputStream out = super.create(to, true, 4096, (short) 1, 1 << 20, null)) {
      in.transferTo(out);
    }
  }
}
