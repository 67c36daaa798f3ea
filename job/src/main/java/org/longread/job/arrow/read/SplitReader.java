package org.longread.job.arrow.read;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.longread.job.arrow.TaskMetric;

/**
 * Reads the batches of a split, one at a time. Owns a child of Spark's Arrow allocator, which has
 * the wanted columns of one batch and the dictionaries of one file; {@link #close}, which Spark
 * calls when the task ends however it ends, frees it and throws if anything is left.
 */
final class SplitReader implements PartitionReader<ColumnarBatch> {
  private final SplitReaderFactory wanted;
  private final Iterator<BatchRange> ranges;
  private final BufferAllocator allocator;
  private Optional<RangeReader> range = Optional.empty();
  private long batches;
  private long bytesOfClosed;

  SplitReader(SplitReaderFactory wanted, List<BatchRange> ranges) {
    this.wanted = wanted;
    this.ranges = ranges.iterator();
    this.allocator = ArrowUtils.rootAllocator().newChildAllocator("arrow read", 0, Long.MAX_VALUE);
  }

  @Override
  public boolean next() throws IOException {
    while (true) {
      if (range.isPresent() && range.get().next()) {
        batches++;
        return true;
      }
      closeRange();
      if (!ranges.hasNext()) {
        InputFileBlockHolder.unset();
        return false;
      }
      BatchRange next = ranges.next();
      range = Optional.of(RangeReader.open(wanted, next, allocator));
      InputFileBlockHolder.set(next.file(), 0, next.fileBytes()); // for input_file_name()
    }
  }

  @Override
  public ColumnarBatch get() {
    return range.orElseThrow().batch();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    long bytes = bytesOfClosed + range.map(RangeReader::bytesRead).orElse(0L);
    return new CustomTaskMetric[] {
      new TaskMetric(BatchesRead.NAME, batches), new TaskMetric(BytesRead.NAME, bytes)
    };
  }

  private void closeRange() throws IOException {
    if (range.isPresent()) {
      RangeReader done = range.get();
      range = Optional.empty();
      bytesOfClosed += done.bytesRead();
      done.close();
    }
  }

  @Override
  public void close() throws IOException {
    try (allocator) {
      closeRange();
    }
  }
}
