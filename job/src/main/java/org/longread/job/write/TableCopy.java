package org.longread.job.write;

import java.io.IOException;
import java.util.function.IntPredicate;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.ArrowUtils;

/**
 * Copies rows of files into one table. Its record batches depend on the rows only, not on the
 * batches they come in. Used by one thread; the table is the caller's.
 */
final class TableCopy {
  private static final int BATCH_ROWS = 1024;
  private static final long BATCH_BYTES = 8 << 20;
  private static final long ROW_BYTES = 256;
  private static final long ITEM_BYTES = 8;

  private final ArrowTable table;
  private int rows;
  private long bytes;

  TableCopy(ArrowTable table) {
    this.table = table;
  }

  /** Chooses rows of a record batch. */
  @FunctionalInterface
  interface Rows {
    /** Which of a batch's rows; told every batch once. */
    IntPredicate of(VectorSchemaRoot batch);
  }

  /**
   * Copies the chosen rows of a file.
   *
   * @throws IOException naming the file, if it cannot be read or has other columns
   */
  void add(FileSystem fs, Path file, Rows chosen) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    try (BufferAllocator allocator =
            ArrowUtils.rootAllocator().newChildAllocator(file.getName(), 0, Long.MAX_VALUE);
        ArrowFileReader reader =
            new ArrowFileReader(
                new HadoopChannel(fs.open(file), length),
                allocator,
                CommonsCompressionFactory.INSTANCE)) {
      VectorSchemaRoot batch = reader.getVectorSchemaRoot();
      if (!batch.getSchema().equals(table.root().getSchema())) {
        throw new IOException("Cannot read " + file + ": its columns are not those of the run");
      }
      while (reader.loadNextBatch()) {
        addBatch(batch, chosen.of(batch));
      }
    }
  }

  /** Writes what is left. */
  void finish() throws IOException {
    if (rows > 0) {
      table.writeBatch(rows);
      rows = 0;
      bytes = 0;
    }
  }

  private void addBatch(VectorSchemaRoot batch, IntPredicate chosen) throws IOException {
    int start = 0;
    for (int i = 0; i < batch.getRowCount(); i++) {
      if (!chosen.test(i)) {
        append(batch, start, i);
        start = i + 1;
        continue;
      }
      rows++;
      bytes += bytes(batch, i);
      if (rows == BATCH_ROWS || bytes >= BATCH_BYTES) {
        append(batch, start, i + 1);
        start = i + 1;
        finish();
      }
    }
    append(batch, start, batch.getRowCount());
  }

  private void append(VectorSchemaRoot batch, int start, int end) {
    if (end > start) {
      if (table.root().getRowCount() == 0) {
        table.root().allocateNew(); // the appender reads offsets that are not there otherwise
        table.root().setRowCount(0);
      }
      try (VectorSchemaRoot slice = batch.slice(start, end - start)) {
        VectorSchemaRootAppender.append(table.root(), slice);
      }
    }
  }

  private static long bytes(VectorSchemaRoot batch, int row) {
    long bytes = ROW_BYTES;
    for (FieldVector column : batch.getFieldVectors()) {
      if (column instanceof BaseVariableWidthVector text) {
        bytes += text.getValueLength(row);
      } else if (column instanceof ListVector list) {
        bytes += ITEM_BYTES * (list.getElementEndIndex(row) - list.getElementStartIndex(row));
      }
    }
    return bytes;
  }
}
