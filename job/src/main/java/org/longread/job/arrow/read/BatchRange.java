package org.longread.job.arrow.read;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Consecutive record batches of one file.
 *
 * @param file with file system
 * @param fileBytes its length
 * @param folder values of the partition columns
 * @param first number of the first batch
 * @param count batches
 * @param bytes of them
 * @param hosts that store them, if the file system says so
 */
record BatchRange(
    String file,
    long fileBytes,
    InternalRow folder,
    int first,
    int count,
    long bytes,
    List<String> hosts)
    implements Serializable {}
