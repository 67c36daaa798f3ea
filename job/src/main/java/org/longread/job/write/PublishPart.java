package org.longread.job.write;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.longread.job.JobConf.Compression;
import org.longread.job.TaskStatistics;
import org.longread.job.arrow.write.Destination;
import org.longread.job.arrow.write.TaskCommit;
import org.longread.job.read.IdType;
import org.longread.job.write.Manifest.OutputFile;

/** Executor side of publishing: a part in, its two files into the committer's staging. */
final class PublishPart implements Function2<Integer, Iterator<Part>, Iterator<PublishPart.Files>> {
  private static final long serialVersionUID = 1L;

  private final OutputFolder output;
  private final Destination destination;
  private final IdType idType;
  private final Compression compression;

  PublishPart(
      OutputFolder output, Destination destination, IdType idType, Compression compression) {
    this.output = output;
    this.destination = destination;
    this.idType = idType;
    this.compression = compression;
  }

  /** What was committed. */
  @DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
  record Files(OutputFile results, OutputFile statistics, RowCounts counts)
      implements Serializable {}

  @Override
  public Iterator<Files> call(Integer partition, Iterator<Part> parts) throws Exception {
    TaskContext context = TaskContext.get();
    TaskCommit commit = TaskCommit.setUp(destination, partition, context.taskAttemptId());
    boolean committed = false;
    try {
      Files files = write(parts.next(), commit, output.fileName(partition));
      commit.commitIfAuthorized(context);
      committed = true;
      return List.of(files).iterator();
    } finally {
      if (!committed) {
        commit.abort();
      }
    }
  }

  private Files write(Part part, TaskCommit commit, String name) throws IOException {
    FileSystem fs = commit.fileSystem();
    RowCounts counts;
    long bytes;
    try (ArrowTable table =
        new ArrowTable(
            fs,
            new Path(commit.staging(OutputFolder.RESULTS), name),
            ResultSchema.of(idType),
            compression)) {
      counts = results(part, fs, table);
      bytes = table.finish();
    }
    return new Files(
        new OutputFile(OutputFolder.RESULTS + "/" + name, counts.rows(), bytes),
        statistics(part, commit, name),
        counts);
  }

  private RowCounts results(Part part, FileSystem fs, ArrowTable table) throws IOException {
    TableCopy copy = new TableCopy(table);
    RowCounts counts = RowCounts.NONE;
    for (String file : part.results()) {
      RowCounter answered = RowCounter.ofAnswered();
      copy.add(fs, new Path(output.path(), file), answered);
      counts = counts.plus(answered.counts());
    }
    for (SegmentFile file : part.segments()) {
      RowCounter all = RowCounter.ofAll();
      Path path = new Path(output.work(), file.path());
      copy.add(fs, path, all);
      if (all.counts().rows() != file.rows()) {
        throw new IOException(
            "Cannot publish %s: it has %d rows (expected %d, as its receipt says)"
                .formatted(path, all.counts().rows(), file.rows()));
      }
      counts = counts.plus(all.counts());
    }
    copy.finish();
    return counts;
  }

  private OutputFile statistics(Part part, TaskCommit commit, String name) throws IOException {
    FileSystem fs = commit.fileSystem();
    try (ArrowTable table =
        new ArrowTable(
            fs,
            new Path(commit.staging(OutputFolder.STATISTICS), name),
            StatisticsSchema.schema(),
            Compression.NONE)) {
      long rows = 0;
      for (String file : part.statistics()) {
        rows += copyAll(fs, new Path(output.path(), file), table);
      }
      Columns columns = new Columns(table.root());
      int row = 0;
      for (TaskStatistics attempt : part.attempts()) {
        StatisticsWriter.set(columns, row++, attempt);
      }
      if (row > 0) {
        table.writeBatch(row);
      }
      return new OutputFile(OutputFolder.STATISTICS + "/" + name, rows + row, table.finish());
    }
  }

  private static long copyAll(FileSystem fs, Path file, ArrowTable table) throws IOException {
    TableCopy copy = new TableCopy(table);
    long[] rows = {0};
    copy.add(
        fs,
        file,
        batch -> {
          rows[0] += batch.getRowCount();
          return row -> true;
        });
    copy.finish();
    return rows[0];
  }
}
