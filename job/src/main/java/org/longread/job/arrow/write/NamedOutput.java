package org.longread.job.arrow.write;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file being written, whose errors say which: a full disk alone says "No space left on device".
 * What Hadoop's local file system throws then is an Error, which nobody expects of a disk: here it
 * is an IOException as any other.
 */
public final class NamedOutput extends FilterOutputStream {
  private final Path path;

  private NamedOutput(OutputStream out, Path path) {
    super(out);
    this.path = path;
  }

  /** Whether a file may be there already. */
  public enum Existing {
    /** It is replaced. */
    REPLACED,
    /** It is an error. */
    REFUSED
  }

  /**
   * Creates a file.
   *
   * @throws IOException from the file system as it is; what is thrown later names the path
   */
  public static FSDataOutputStream create(FileSystem fs, Path path, Existing existing)
      throws IOException {
    try {
      FSDataOutputStream out = fs.create(path, existing == Existing.REPLACED);
      return new FSDataOutputStream(new NamedOutput(out, path), null);
    } catch (FSError e) {
      throw named(path, e.getCause());
    }
  }

  @Override
  public void write(int one) throws IOException {
    say(() -> out.write(one));
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    say(() -> out.write(bytes, from, length));
  }

  @Override
  public void flush() throws IOException {
    say(out::flush);
  }

  @Override
  public void close() throws IOException {
    say(out::close);
  }

  /** Something with the file that may fail. */
  private interface Step {
    void take() throws IOException;
  }

  private void say(Step step) throws IOException {
    try {
      step.take();
    } catch (IOException e) {
      throw named(path, e);
    } catch (FSError e) {
      throw named(path, e.getCause());
    }
  }

  private static IOException named(Path path, Throwable cause) {
    return new IOException("Cannot write %s: %s".formatted(path, cause.getMessage()), cause);
  }
}
