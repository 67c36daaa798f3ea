package org.longread.job.arrow.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.arrow.column.Nanoseconds;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;
import org.longread.job.arrow.type.FileSchema;
import org.longread.job.arrow.type.NameMatching;

/** An Arrow file read from end to end, as a Spark task does. */
public final class WholeFile {
  private static final Configuration CONF = new Configuration();

  private WholeFile() {}

  /** The columns of a file. */
  public static StructType schema(Path file) throws IOException {
    return FileSchema.of(footer(file).schema());
  }

  private static FileFooter footer(Path file) throws IOException {
    try (FileInput in =
        FileInput.open(new org.apache.hadoop.fs.Path(file.toUri()), Files.size(file), CONF)) {
      return FooterReader.read(in);
    }
  }

  /** Reads every value of a file; yields the rows. */
  static int read(Path file) throws IOException {
    UnsafeProjection touch = UnsafeProjection.create(schema(file));
    return read(file, schema(file), touch::apply);
  }

  /** Passes the wanted columns of every row; a row is valid while it is passed. Yields the rows. */
  public static int read(Path file, StructType wanted, Consumer<InternalRow> to)
      throws IOException {
    SplitReaderFactory factory =
        new SplitReaderFactory(
            new SerializableConfiguration(CONF),
            wanted,
            wanted,
            IntStream.range(0, wanted.size()).map(i -> -1).toArray(),
            NameMatching.EXACT,
            Nanoseconds.EXACT);
    BatchRange all =
        new BatchRange(
            file.toUri().toString(),
            Files.size(file),
            InternalRow.empty(),
            0,
            footer(file).batches().size(),
            Files.size(file),
            List.of());
    int rows = 0;
    try (SplitReader reader = new SplitReader(factory, List.of(all))) {
      while (reader.next()) {
        var iterator = reader.get().rowIterator();
        while (iterator.hasNext()) {
          to.accept(iterator.next());
          rows++;
        }
      }
    }
    return rows;
  }
}
