package org.longread.job.arrow.read;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.arrow.column.Nanoseconds;
import org.longread.job.arrow.type.NameMatching;

/**
 * Makes readers on executors.
 *
 * @param wanted all columns, in order
 * @param data those that files have
 * @param partition for each wanted column the partition column it is, -1 if files have it
 */
record SplitReaderFactory(
    SerializableConfiguration hadoop,
    StructType wanted,
    StructType data,
    int[] partition,
    NameMatching names,
    Nanoseconds nanoseconds)
    implements PartitionReaderFactory {
  @Override
  public boolean supportColumnarReads(InputPartition split) {
    return true;
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition split) {
    throw new UnsupportedOperationException("this source reads columns");
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition split) {
    return new SplitReader(this, ((Split) split).ranges());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SplitReaderFactory factory
        && wanted.equals(factory.wanted)
        && Arrays.equals(partition, factory.partition)
        && names == factory.names
        && nanoseconds == factory.nanoseconds;
  }

  @Override
  public int hashCode() {
    return wanted.hashCode();
  }

  @Override
  public String toString() {
    return "arrow reader of " + Arrays.toString(wanted.fieldNames());
  }
}
