package org.longread.job.arrow.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.unsafe.types.UTF8String;
import org.longread.job.arrow.TaskMetric;

/**
 * Writes what one task attempt has: a file, or one for each partition folder, whose rows come
 * together. Owns the open file; used by one thread.
 */
final class OutputWriter implements DataWriter<InternalRow> {
  private final Output output;
  private final int partition;
  private final TaskCommit task;
  private final List<String> folders = new ArrayList<>();
  private Optional<ArrowFile> file = Optional.empty();
  private UTF8String[] values = new UTF8String[0];
  private long batches;
  private long bytes;

  OutputWriter(Output output, int partition, TaskCommit task) {
    this.output = output;
    this.partition = partition;
    this.task = task;
  }

  @Override
  public void writeAll(Iterator<InternalRow> rows) throws IOException {
    DataWriter.super.writeAll(rows);
    finishFile(); // here, because Spark samples metrics between this and commit()
  }

  @Override
  public void write(InternalRow row) throws IOException {
    if (file.isEmpty() || !isInFolder(row)) {
      finishFile();
      values = partitionValues(row);
      open();
    }
    file.orElseThrow().write(row);
  }

  private boolean isInFolder(InternalRow row) {
    int first = output.data().size();
    for (int i = 0; i < values.length; i++) {
      UTF8String value = row.isNullAt(first + i) ? null : row.getUTF8String(first + i);
      if (value == null ? values[i] != null : !value.equals(values[i])) {
        return false;
      }
    }
    return true;
  }

  private UTF8String[] partitionValues(InternalRow row) {
    int first = output.data().size();
    UTF8String[] copies = new UTF8String[output.partitions().size()];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = row.isNullAt(first + i) ? null : row.getUTF8String(first + i).copy();
    }
    return copies;
  }

  private String folder() {
    StringBuilder folder = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      String value = values[i] == null ? null : values[i].toString();
      folder
          .append(i == 0 ? "" : "/")
          .append(ExternalCatalogUtils.getPartitionPathString(output.partitions().get(i), value));
    }
    return folder.toString();
  }

  private void open() throws IOException {
    String folder = folder();
    String name = "part-%05d-%s-%03d.arrow".formatted(partition, output.queryId(), folders.size());
    Path path = new Path(task.staging(folder), name);
    file = Optional.of(ArrowFile.create(task.fileSystem(), path, output.data(), output.format()));
    folders.add(folder);
  }

  private void finishFile() throws IOException {
    if (file.isPresent()) {
      ArrowFile open = file.get();
      try (open) {
        open.finish();
        batches += open.batches();
        bytes += open.bytes();
      }
      file = Optional.empty();
    }
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    finishFile();
    boolean keepsSchema = partition == 0 && output.partitions().isEmpty();
    if (folders.isEmpty() && keepsSchema) { // C12
      open();
      finishFile();
    }
    task.commit();
    return new TaskOutput(folders.stream().distinct().toList());
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {
      new TaskMetric(BatchesWritten.NAME, batches + file.map(ArrowFile::batches).orElse(0L)),
      new TaskMetric(BytesWritten.NAME, bytes + file.map(ArrowFile::bytes).orElse(0L)),
      new TaskMetric(FilesWritten.NAME, folders.size())
    };
  }

  @Override
  public void abort() throws IOException {
    try {
      close();
    } finally {
      task.abort();
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      ArrowFile open = file.get();
      file = Optional.empty();
      open.close();
    }
  }

  @Override
  public String toString() {
    return "arrow writer of partition " + partition + Arrays.toString(values);
  }
}
