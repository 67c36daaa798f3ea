package org.longread.job.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system as Arrow's reader takes it. Owns the stream. */
final class HadoopChannel implements SeekableByteChannel {
  private static final int CHUNK = 1 << 16;

  private final FSDataInputStream in;
  private final long length;
  private final byte[] chunk = new byte[CHUNK];
  private boolean open = true;

  HadoopChannel(FSDataInputStream in, long length) {
    this.in = in;
    this.length = length;
  }

  static HadoopChannel open(FileSystem fs, Path file) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    return new HadoopChannel(fs.open(file), length);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    int read = in.read(chunk, 0, Math.min(CHUNK, into.remaining()));
    if (read > 0) {
      into.put(chunk, 0, read);
    }
    return read;
  }

  @Override
  public long position() throws IOException {
    return in.getPos();
  }

  @Override
  public SeekableByteChannel position(long at) throws IOException {
    in.seek(at);
    return this;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    in.close();
  }
}
