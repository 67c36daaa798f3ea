package org.longread.job.write;

import java.io.IOException;
import java.util.Set;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.Text;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.ArrowUtils;

/** Reads the ids of a result file as documents have them: String or a boxed number. */
final class DocumentIds {
  private DocumentIds() {}

  static void read(FileSystem fs, Path file, Set<Object> into) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    try (BufferAllocator allocator =
            ArrowUtils.rootAllocator().newChildAllocator(file.getName(), 0, Long.MAX_VALUE);
        ArrowFileReader reader =
            new ArrowFileReader(
                new HadoopChannel(fs.open(file), length),
                allocator,
                CommonsCompressionFactory.INSTANCE)) {
      FieldVector ids = reader.getVectorSchemaRoot().getVector("doc_id");
      while (reader.loadNextBatch()) {
        for (int i = 0; i < ids.getValueCount(); i++) {
          Object id = ids.getObject(i);
          into.add(id instanceof Text text ? text.toString() : id);
        }
      }
    }
  }
}
