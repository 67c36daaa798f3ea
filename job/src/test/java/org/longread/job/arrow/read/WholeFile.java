package org.longread.job.arrow.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
final class WholeFile {
  private static final Configuration CONF = new Configuration();

  private WholeFile() {}

  /** Reads every value of a file; yields the rows. */
  static int read(Path file) throws IOException {
    FileFooter footer;
    long length = Files.size(file);
    try (FileInput in = FileInput.open(new org.apache.hadoop.fs.Path(file.toUri()), length, CONF)) {
      footer = FooterReader.read(in);
    }
    StructType schema = FileSchema.of(footer.schema());
    SplitReaderFactory factory =
        new SplitReaderFactory(
            new SerializableConfiguration(CONF),
            schema,
            schema,
            IntStream.range(0, schema.size()).map(i -> -1).toArray(),
            NameMatching.EXACT,
            Nanoseconds.EXACT);
    BatchRange all =
        new BatchRange(
            file.toUri().toString(),
            length,
            InternalRow.empty(),
            0,
            footer.batches().size(),
            length,
            List.of());
    UnsafeProjection touch = UnsafeProjection.create(schema);
    int rows = 0;
    try (SplitReader reader = new SplitReader(factory, List.of(all))) {
      while (reader.next()) {
        var iterator = reader.get().rowIterator();
        while (iterator.hasNext()) {
          touch.apply(iterator.next());
          rows++;
        }
      }
    }
    return rows;
  }
}
