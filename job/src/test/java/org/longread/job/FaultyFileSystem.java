package org.longread.job;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk; operations that {@link #broken} names fail: create, close, rename, delete. The
 * disk can be full.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "faulty";

  /** Decides, from operation and path, what fails. */
  static volatile BiPredicate<String, Path> broken = FaultyFileSystem::nothing;

  /** What the disk still takes; deleting makes no room. */
  static final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);

  static void configure(Configuration conf) {
    conf.set("fs." + SCHEME + ".impl", FaultyFileSystem.class.getName());
  }

  static void repair() {
    broken = FaultyFileSystem::nothing;
    freeBytes.set(Long.MAX_VALUE);
  }

  /** Fails the first time an operation meets a path that ends so. */
  static void breakOnce(String operation, String pathPattern) {
    broken =
        new BiPredicate<>() {
          private boolean done;

          @Override
          public synchronized boolean test(String found, Path path) {
            boolean hit = !done && found.equals(operation) && path.toString().matches(pathPattern);
            done |= hit;
            return hit;
          }
        };
  }

  private static boolean nothing(String operation, Path path) {
    return false;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    broken = FaultyRules.of(conf, broken);
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  private static void does(String operation, Path path) throws IOException {
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
    FSDataOutputStream out = super.create(path, overwrite, buffer, replication, block, progress);
    return new FSDataOutputStream(
        new FilterOutputStream(out) {
          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            long free = freeBytes.getAndAdd(-length);
            out.write(bytes, from, (int) Math.max(0, Math.min(length, free)));
            if (free < length) {
              throw new IOException("No space left on device"); // as the JDK says it
            }
          }

          @Override
          public void close() throws IOException {
            super.close();
            does("close", path);
          }
        },
        null);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    does("rename", from);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    does("delete", path);
    return super.delete(path, recursive);
  }
}
