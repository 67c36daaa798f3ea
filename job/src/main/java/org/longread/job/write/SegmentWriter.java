package org.longread.job.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.longread.job.JobConf.Compression;
import org.longread.job.TaskStatistics;
import org.longread.job.read.IdType;
import org.longread.job.task.ResultRow;
import org.longread.job.write.SegmentFile.Documents;

/**
 * Writes the documents of one Spark task attempt, segment after segment. Owns the open files; used
 * by one thread.
 */
public final class SegmentWriter implements AutoCloseable {
  private final PartitionWork work;
  private final long attempt;
  private final Optional<Chain> before;
  private final IdType idType;
  private final Compression compression;
  private final Map<Documents, ResultWriter> open = new EnumMap<>(Documents.class);
  private final List<SegmentFile> files = new ArrayList<>();
  private TaskStatistics statistics;
  private int segments;

  /**
   * Opens nothing yet.
   *
   * @param attempt unique among all attempts of this life
   * @param before whose documents the attempt leaves out
   */
  public SegmentWriter(
      PartitionWork work,
      long attempt,
      Optional<Chain> before,
      IdType idType,
      Compression compression) {
    this.work = work;
    this.attempt = attempt;
    this.before = before;
    this.idType = idType;
    this.compression = compression;
  }

  /** Adds the rows of a document. */
  public void write(List<ResultRow> document) throws IOException {
    Documents content = content(document);
    ResultWriter writer = open.get(content);
    if (writer == null) {
      writer =
          new ResultWriter(
              work.fileSystem(),
              work.resolve(work.name(attempt, segments, content)),
              idType,
              compression);
      open.put(content, writer);
    }
    writer.write(document);
  }

  private static Documents content(List<ResultRow> document) {
    if (document.stream().noneMatch(ResultRow::isFailed)) {
      return Documents.ANSWERED;
    }
    return document.get(0).docId() == null ? Documents.UNNAMED : Documents.FAILED;
  }

  /**
   * Ends the segment: from now on, its documents count.
   *
   * @param soFar of the whole attempt
   */
  public void commit(TaskStatistics soFar) throws IOException {
    List<SegmentFile> segment = new ArrayList<>();
    for (Map.Entry<Documents, ResultWriter> one : open.entrySet()) {
      ResultWriter writer = one.getValue();
      long bytes = writer.finish();
      segment.add(
          new SegmentFile(
              work.name(attempt, segments, one.getKey()),
              one.getKey(),
              writer.documents(),
              writer.rows(),
              bytes));
    }
    Receipt receipt = new Receipt(before.map(Chain::links).orElse(List.of()), segment, soFar);
    Json.create(work.fileSystem(), work.receipt(attempt, segments), receipt);
    open.clear();
    files.addAll(segment);
    statistics = soFar;
    segments++;
  }

  /** All that counts of the partition, once everything is committed. */
  public Chain chain() {
    List<Receipt.Link> links = new ArrayList<>(before.map(Chain::links).orElse(List.of()));
    links.add(new Receipt.Link(attempt, segments));
    List<SegmentFile> all = new ArrayList<>(before.map(Chain::files).orElse(List.of()));
    all.addAll(files);
    List<TaskStatistics> rows = new ArrayList<>(before.map(Chain::statistics).orElse(List.of()));
    rows.add(statistics);
    return new Chain(work.life(), work.partition(), links, all, rows);
  }

  /** Frees buffers; removes files of a segment that was not committed. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ResultWriter writer : open.values()) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
