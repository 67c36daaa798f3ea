package org.longread.job.arrow.write;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What and where a write writes.
 *
 * @param folder with file system
 * @param queryId unique to the write; part of every file's name
 * @param data columns of the files
 * @param partitions names of the partition columns, which follow the data in every row, as text
 * @param hadoop settings of the file system
 */
record Output(
    String folder,
    String queryId,
    StructType data,
    List<String> partitions,
    ArrowFileFormat format,
    SerializableConfiguration hadoop)
    implements Serializable {
  Output {
    partitions = List.copyOf(partitions);
  }

  Destination destination() {
    return new Destination(folder, queryId, hadoop);
  }
}
