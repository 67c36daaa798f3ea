package org.longread.job.write;

import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.InvalidArrowFileException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.InvalidRunException;

/**
 * Reads an Arrow file on any file system row by row, for reports over outputs of any size.
 *
 * <p>Holds one record batch off heap, freed when reading ends.
 */
public final class ArrowRows {
  private ArrowRows() {}

  /** One row while it is passed; values are built when asked for. */
  public interface Row {
    /** String for text, List and Map for nested values, null for none or for no such column. */
    Object get(String column);

    /** How many items a list has, without building them; 0 for none or for no such column. */
    int items(String column);
  }

  /**
   * Passes every row of a file, in order.
   *
   * @throws InvalidRunException if the file is missing, cut or not Arrow
   */
  public static void forEach(FileSystem fs, Path file, Consumer<Row> rows) {
    try (RootAllocator allocator = new RootAllocator();
        HadoopChannel channel = HadoopChannel.open(fs, file);
        ArrowFileReader reader =
            new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)) {
      while (reader.loadNextBatch()) {
        pass(reader.getVectorSchemaRoot(), rows);
      }
    } catch (IOException | InvalidArrowFileException e) {
      throw new InvalidRunException(
          "Cannot read %s: %s. Run the job again into a new folder".formatted(file, e.getMessage()),
          e);
    }
  }

  private static void pass(VectorSchemaRoot batch, Consumer<Row> rows) {
    BatchRow row = new BatchRow(batch);
    while (++row.index < batch.getRowCount()) {
      rows.accept(row);
    }
  }

  private static final class BatchRow implements Row {
    private final VectorSchemaRoot batch;
    private final Set<String> names;
    private int index = -1;

    private BatchRow(VectorSchemaRoot batch) {
      this.batch = batch;
      this.names = Set.copyOf(batch.getFieldVectors().stream().map(FieldVector::getName).toList());
    }

    @Override
    public Object get(String column) {
      return names.contains(column)
          ? ArrowTables.plain(batch.getVector(column).getObject(index))
          : null;
    }

    @Override
    public int items(String column) {
      boolean list = names.contains(column) && batch.getVector(column) instanceof ListVector;
      if (!list || batch.getVector(column).isNull(index)) {
        return 0;
      }
      ListVector items = (ListVector) batch.getVector(column);
      return items.getElementEndIndex(index) - items.getElementStartIndex(index);
    }
  }
}
