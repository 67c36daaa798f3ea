package org.longread.job.arrow.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.vectorized.ColumnVectorUtils;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.longread.job.arrow.column.ColumnBuilder;
import org.longread.job.arrow.column.Dictionaries;
import org.longread.job.arrow.file.ArrayLayout;
import org.longread.job.arrow.file.BatchBuffers;
import org.longread.job.arrow.file.BatchLayout;
import org.longread.job.arrow.file.BatchMessage;
import org.longread.job.arrow.file.Block;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;
import org.longread.job.arrow.type.FieldBinding;
import org.longread.job.arrow.type.UnsupportedFieldException;

/** Reads consecutive batches of one file. Owns the file, its dictionaries and the batch in hand. */
final class RangeReader implements AutoCloseable {
  private final SplitReaderFactory wanted;
  private final BatchRange range;
  private final BufferAllocator allocator;
  private final FileInput in;
  private final List<Field> fields;
  private final List<Block> blocks;
  private final List<FieldBinding> bindings;
  private final Dictionaries dictionaries;
  private int read;
  private BatchBuffers buffers;
  private ColumnarBatch batch;

  private RangeReader(
      SplitReaderFactory wanted, BatchRange range, BufferAllocator allocator, FileInput in)
      throws IOException {
    this.wanted = wanted;
    this.range = range;
    this.allocator = allocator;
    this.in = in;
    FileFooter footer = FooterReader.read(in);
    this.fields = footer.schema().getFields();
    if (range.first() + range.count() > footer.batches().size()) {
      throw in.invalid(in.length(), "it was changed while it was read");
    }
    this.blocks = footer.batches().subList(range.first(), range.first() + range.count());
    try {
      this.bindings = FieldBinding.bind(wanted.data(), fields, wanted.names());
    } catch (UnsupportedFieldException e) {
      throw new IOException("Cannot read " + in.path() + ": " + e.getMessage(), e);
    }
    this.dictionaries = Dictionaries.read(in, footer, bindings, allocator);
  }

  static RangeReader open(SplitReaderFactory wanted, BatchRange range, BufferAllocator allocator)
      throws IOException {
    FileInput in =
        FileInput.open(new Path(range.file()), range.fileBytes(), wanted.hadoop().value());
    try {
      return new RangeReader(wanted, range, allocator, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Loads the next batch with rows; false at the end. The one before is freed. */
  boolean next() throws IOException {
    freeBatch();
    while (read < blocks.size()) {
      Block block = blocks.get(read++);
      BatchMessage message = BatchMessage.readRecordBatch(in, block);
      List<ArrayLayout> arrays = BatchLayout.of(in, block, message, fields);
      if (message.rows() > 0) { // arrays agree on it, too: it is no claim that hides rows
        load(block, message, arrays);
        return true;
      }
    }
    return false;
  }

  private void load(Block block, BatchMessage message, List<ArrayLayout> arrays)
      throws IOException {
    BitSet needed = new BitSet();
    bindings.forEach(binding -> ColumnBuilder.collect(binding, arrays, needed));
    buffers = BatchBuffers.read(in, block, message, needed, allocator);
    ColumnBuilder builder =
        new ColumnBuilder(in, block.offset(), buffers, dictionaries, wanted.nanoseconds());
    List<ColumnVector> columns = new ArrayList<>();
    int data = 0;
    for (int i = 0; i < wanted.wanted().size(); i++) {
      columns.add(
          wanted.partition()[i] < 0
              ? builder.column(bindings.get(data++), arrays)
              : constant(i, message.rows()));
    }
    batch = new ColumnarBatch(columns.toArray(ColumnVector[]::new), message.rows());
  }

  private ColumnVector constant(int column, int rows) {
    ConstantColumnVector value =
        new ConstantColumnVector(rows, wanted.wanted().fields()[column].dataType());
    ColumnVectorUtils.populate(value, range.folder(), wanted.partition()[column]);
    return value;
  }

  ColumnarBatch batch() {
    return batch;
  }

  long bytesRead() {
    return in.bytesRead();
  }

  private void freeBatch() {
    if (buffers != null) {
      buffers.close();
      buffers = null;
    }
  }

  @Override
  public void close() throws IOException {
    try (in;
        dictionaries) {
      freeBatch();
    }
  }
}
