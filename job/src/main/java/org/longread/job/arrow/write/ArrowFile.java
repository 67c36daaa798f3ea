package org.longread.job.arrow.write;

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
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.longread.job.arrow.type.FileSchema;

/**
 * One file while rows are written to it. Owns a child of Spark's Arrow allocator, which has at most
 * one record batch, twice while it is compressed; {@link #close} frees it. Used by one thread.
 */
final class ArrowFile implements AutoCloseable {
  /** Zone named in timestamps; a constant, so that the same rows make the same bytes. */
  private static final String ZONE = "UTC";

  private final ArrowFileFormat format;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final ArrowWriter rows;
  private final UnsafeProjection measure;
  private final FSDataOutputStream out;
  private final ArrowFileWriter writer;
  private int batchRows;
  private long batchBytes;
  private long batches;

  private ArrowFile(
      ArrowFileFormat format,
      StructType schema,
      BufferAllocator allocator,
      VectorSchemaRoot root,
      FSDataOutputStream out)
      throws IOException {
    this.format = format;
    this.allocator = allocator;
    this.root = root;
    this.out = out;
    this.rows = ArrowWriter.create(root);
    this.measure = UnsafeProjection.create(schema);
    CompressionCodec.Factory codecs =
        switch (format.compression()) {
          case NONE -> NoCompressionCodec.Factory.INSTANCE;
          case ZSTD -> CommonsCompressionFactory.INSTANCE;
        };
    CodecType codec =
        switch (format.compression()) {
          case NONE -> CodecType.NO_COMPRESSION;
          case ZSTD -> CodecType.ZSTD;
        };
    this.writer =
        new ArrowFileWriter(
            root, null, Channels.newChannel(out), Map.of(), IpcOption.DEFAULT, codecs, codec);
    writer.start();
  }

  /** Creates a file that must not exist. */
  static ArrowFile create(FileSystem fs, Path path, StructType schema, ArrowFileFormat format)
      throws IOException {
    Schema plain = ArrowUtils.toArrowSchema(schema, ZONE, true, false);
    Schema noted = new Schema(plain.getFields(), Map.of(FileSchema.SPARK_KEY, schema.json()));
    BufferAllocator allocator =
        ArrowUtils.rootAllocator().newChildAllocator("arrow write", 0, Long.MAX_VALUE);
    VectorSchemaRoot root = VectorSchemaRoot.create(noted, allocator);
    FSDataOutputStream out = null;
    try {
      out = NamedOutput.create(fs, path, NamedOutput.Existing.REFUSED);
      return new ArrowFile(format, schema, allocator, root, out);
    } catch (IOException | RuntimeException e) {
      root.close();
      allocator.close();
      if (out != null) {
        out.close();
      }
      throw e;
    }
  }

  /** Adds a row; what follows the file's columns in it is ignored. */
  void write(InternalRow row) throws IOException {
    rows.write(row);
    batchRows++;
    batchBytes += bytes(row);
    if (batchRows >= format.maxRecords() || batchBytes >= format.maxBytes()) {
      flush();
    }
  }

  private int bytes(InternalRow row) {
    return row instanceof UnsafeRow unsafe
        ? unsafe.getSizeInBytes()
        : measure.apply(row).getSizeInBytes();
  }

  private void flush() throws IOException {
    if (batchRows > 0) {
      rows.finish();
      writer.writeBatch();
      rows.reset();
      batches++;
      batchRows = 0;
      batchBytes = 0;
    }
  }

  /** Writes what is left and the footer. The file is complete when this returns. */
  void finish() throws IOException {
    flush();
    writer.end();
    out.close();
  }

  /** Record batches written so far. */
  long batches() {
    return batches;
  }

  /** Bytes written so far. */
  long bytes() {
    return out.getPos();
  }

  @Override
  public void close() throws IOException {
    try (out;
        allocator;
        root) {
      batchRows = 0; // of a file that was not finished, nothing is kept
    }
  }
}
