package org.longread.job.write;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Map;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.ArrowUtils;
import org.longread.job.JobConf.Compression;
import org.longread.job.arrow.write.NamedOutput;

/**
 * One Arrow file while it is written.
 *
 * <p>Owns its off-heap buffers, a child of Spark's allocator, at most one record batch; {@link
 * #close} frees them and removes a file that was not finished. Used by one thread.
 */
final class ArrowTable implements AutoCloseable {
  private final FileSystem fs;
  private final Path path;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final FSDataOutputStream out;
  private final ArrowFileWriter writer;
  private boolean ended;

  ArrowTable(FileSystem fs, Path path, Schema schema, Compression compression) throws IOException {
    this.fs = fs;
    this.path = path;
    this.allocator =
        ArrowUtils.rootAllocator().newChildAllocator(path.getName(), 0, Long.MAX_VALUE);
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.out = open();
    this.writer = writer(compression);
    start();
  }

  private void start() throws IOException {
    try {
      writer.start();
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (IOException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  private FSDataOutputStream open() throws IOException {
    try {
      return NamedOutput.create(fs, path, NamedOutput.Existing.REPLACED);
    } catch (IOException | RuntimeException e) {
      root.close();
      allocator.close();
      throw e;
    }
  }

  private ArrowFileWriter writer(Compression compression) {
    CompressionCodec.Factory codecs =
        switch (compression) {
          case NONE -> NoCompressionCodec.Factory.INSTANCE;
          case ZSTD -> CommonsCompressionFactory.INSTANCE;
        };
    CodecType codec =
        switch (compression) {
          case NONE -> CodecType.NO_COMPRESSION;
          case ZSTD -> CodecType.ZSTD;
        };
    return new ArrowFileWriter(
        root, null, Channels.newChannel(out), Map.of(), IpcOption.DEFAULT, codecs, codec);
  }

  VectorSchemaRoot root() {
    return root;
  }

  /** Writes the rows set so far as one record batch and forgets them. */
  void writeBatch(int rows) throws IOException {
    root.setRowCount(rows);
    writer.writeBatch();
    root.clear();
  }

  /** Writes the footer, and yields the bytes of the file, which is complete then. */
  long finish() throws IOException {
    writer.end();
    long bytes = out.getPos();
    out.close();
    root.close();
    allocator.close();
    ended = true;
    return bytes;
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    root.close();
    allocator.close();
    try (out) {
      // what was written is not wanted
    } finally {
      fs.delete(path, false);
    }
  }
}
