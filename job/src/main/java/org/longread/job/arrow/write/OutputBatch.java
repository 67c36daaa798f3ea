package org.longread.job.arrow.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** One write as the driver sees it: COMMIT.md from "set up" to "done" or "aborted". */
final class OutputBatch implements BatchWrite {
  private final Output output;
  private final Replacement replacement;
  private Optional<JobCommit> commit = Optional.empty();

  OutputBatch(Output output, Replacement replacement) {
    this.output = output;
    this.replacement = replacement;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    try {
      commit = Optional.of(JobCommit.setUp(output.destination()));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    return new OutputWriterFactory(output);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    Set<String> folders =
        Arrays.stream(messages)
            .flatMap(
                message ->
                    message instanceof TaskOutput task
                        ? task.folders().stream()
                        : Stream.<String>empty())
            .collect(Collectors.toSet());
    try {
      ReplacedFiles replaced = ReplacedFiles.list(output, replacement, folders);
      commit.orElseThrow().commit();
      replaced.delete();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    try {
      if (commit.isPresent()) {
        commit.get().abort();
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public String toString() {
    return "arrow " + output.folder(); // Spark logs it
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException(
        "Cannot write %s: %s".formatted(output.folder(), e.getMessage()), e);
  }
}
