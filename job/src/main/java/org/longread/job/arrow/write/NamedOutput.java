package org.longread.job.arrow.write;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file being written, whose errors say which: a full disk alone says "No space left on device".
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
    FSDataOutputStream out = fs.create(path, existing == Existing.REPLACED);
    return new FSDataOutputStream(new NamedOutput(out, path), null);
  }

  @Override
  public void write(int one) throws IOException {
    try {
      out.write(one);
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw named(e);
    }
  }

  private IOException named(IOException cause) {
    return new IOException("Cannot write %s: %s".formatted(path, cause.getMessage()), cause);
  }
}
