package org.longread.job.arrow.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;

/** Makes a writer for every task attempt. */
record OutputWriterFactory(Output output) implements DataWriterFactory {
  @Override
  public DataWriter<InternalRow> createWriter(int partition, long attempt) {
    try {
      return new OutputWriter(
          output, partition, TaskCommit.setUp(output.destination(), partition, attempt));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s".formatted(output.folder(), e.getMessage()), e);
    }
  }
}
