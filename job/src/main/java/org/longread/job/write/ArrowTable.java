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

/**
 * One Arrow file while it is written, under a temporary name until {@link #commit}.
 *
 * <p>Owns its off-heap buffers, a child of Spark's allocator, at most one record batch; {@link
 * #close} frees them and removes a file that was not committed. Used by one thread.
 */
final class ArrowTable implements AutoCloseable {
  private final FileSystem fs;
  private final Path temporary;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final FSDataOutputStream out;
  private final ArrowFileWriter writer;
  private boolean ended;

  ArrowTable(FileSystem fs, Path temporary, Schema schema, Compression compression)
      throws IOException {
    this.fs = fs;
    this.temporary = temporary;
    this.allocator =
        ArrowUtils.rootAllocator().newChildAllocator(temporary.getName(), 0, Long.MAX_VALUE);
    this.root = VectorSchemaRoot.create(schema, allocator);
    this.out = open();
    this.writer = writer(compression);
    writer.start();
  }

  private FSDataOutputStream open() throws IOException {
    try {
      return fs.create(temporary, true);
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

  /**
   * Completes the file and gives it its final name. If that name is taken, another attempt of the
   * same Spark task has written the same rows, and this file is removed.
   */
  void commit(Path target) throws IOException {
    writer.end();
    out.close();
    ended = true;
    fs.mkdirs(target.getParent());
    if (fs.exists(target) || !fs.rename(temporary, target)) {
      fs.delete(temporary, false);
      if (!fs.exists(target)) {
        throw new IOException("Cannot rename " + temporary + " to " + target);
      }
    }
  }

  @Override
  public void close() throws IOException {
    root.close();
    allocator.close();
    if (!ended) {
      try (out) {
        ended = true;
      } finally {
        fs.delete(temporary, false);
      }
    }
  }
}
