package org.longread.job.arrow.file;

import java.io.EOFException;
import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** One file while it is read, by position. Used by one thread; its errors name file and offset. */
public final class FileInput implements AutoCloseable {
  private static final int COPY_BYTES = 1 << 20;

  private final Path path;
  private final long length;
  private final FSDataInputStream in;
  private byte[] copy = new byte[0];
  private long bytesRead;

  private FileInput(Path path, long length, FSDataInputStream in) {
    this.path = path;
    this.length = length;
    this.in = in;
  }

  /** Opens a file that has this length. */
  public static FileInput open(Path path, long length, Configuration hadoop) throws IOException {
    return new FileInput(path, length, path.getFileSystem(hadoop).open(path));
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Its bytes. */
  public long length() {
    return length;
  }

  /** Bytes read so far. */
  public long bytesRead() {
    return bytesRead;
  }

  /** Bytes of the file from an offset. */
  public byte[] read(long offset, int bytes) throws IOException {
    byte[] into = new byte[bytes];
    readFully(offset, into, bytes);
    return into;
  }

  /** Bytes of the file into a buffer, from its start. */
  void read(long offset, ArrowBuf into, long bytes) throws IOException {
    int step = (int) Math.min(bytes, COPY_BYTES);
    if (copy.length < step) {
      copy = new byte[step];
    }
    for (long done = 0; done < bytes; ) {
      int now = (int) Math.min(bytes - done, step);
      readFully(offset + done, copy, now);
      into.setBytes(done, copy, 0, now);
      done += now;
    }
  }

  private void readFully(long offset, byte[] into, int bytes) throws IOException {
    if (offset < 0 || bytes < 0 || offset > length - bytes) {
      throw invalid(offset, bytes + " bytes reach beyond the file's " + length);
    }
    try {
      in.readFully(offset, into, 0, bytes);
    } catch (EOFException e) {
      IOException shorter =
          invalid(offset, "it is shorter now than the " + length + " bytes it had");
      shorter.initCause(e);
      throw shorter;
    }
    bytesRead += bytes;
  }

  /** An error that names the file and a place in it. */
  public IOException invalid(long offset, String reason) {
    return new IOException("Cannot read %s at offset %d: %s".formatted(path, offset, reason));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
