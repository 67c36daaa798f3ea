package org.longread.job.arrow.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;

/**
 * The clauses of COMMIT.md, by the calls Spark makes, on a file system that has atomic renames and
 * on one that has none.
 */
class TestCommitProtocol {
  private static final Configuration CONF = AwkwardFileSystem.configure(new Configuration());
  private static final StructType COLUMNS = StructType.fromDDL("n bigint");

  @TempDir Path folder;
  private String scheme = "file";

  @BeforeEach
  @AfterEach
  void repair() {
    AwkwardFileSystem.repair();
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
  }

  private Output output(String queryId, String... partitions) {
    return new Output(
        scheme + "://" + folder.resolve("out"),
        queryId,
        COLUMNS,
        List.of(partitions),
        new ArrowFileFormat(ArrowFileFormat.Compression.NONE, 10, 1 << 20),
        new SerializableConfiguration(CONF));
  }

  /** One write, driven as Spark drives it. */
  private static final class Run {
    private final OutputBatch batch;
    private final DataWriterFactory factory;
    private final List<WriterCommitMessage> messages = new ArrayList<>();

    Run(Output output, Replacement replacement) {
      batch = new OutputBatch(output, replacement);
      factory = batch.createBatchWriterFactory(null);
    }

    DataWriter<InternalRow> writer(int partition, long attempt) {
      return factory.createWriter(partition, attempt);
    }

    /** An attempt that commits. */
    Run attempt(int partition, long attempt, InternalRow... rows) throws IOException {
      try (DataWriter<InternalRow> writer = writer(partition, attempt)) {
        writer.writeAll(List.of(rows).iterator());
        messages.add(writer.commit());
      }
      return this;
    }

    void commit() {
      batch.commit(messages.toArray(WriterCommitMessage[]::new));
    }

    void abort() {
      batch.abort(messages.toArray(WriterCommitMessage[]::new));
    }
  }

  private static InternalRow row(long n, String... partitions) {
    Object[] values = new Object[1 + partitions.length];
    values[0] = n;
    for (int i = 0; i < partitions.length; i++) {
      values[i + 1] = UTF8String.fromString(partitions[i]);
    }
    return new GenericInternalRow(values);
  }

  /** Files a reader lists, below the output. */
  private List<String> visible() throws IOException {
    return list(name -> !name.contains("/_") && !name.contains("/."));
  }

  private List<String> staging() throws IOException {
    return list(name -> name.contains("/_temporary"));
  }

  private List<String> list(java.util.function.Predicate<String> wanted) throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .map(file -> "/" + out.relativize(file))
          .filter(name -> !Files.isDirectory(Path.of(out + name)) || name.contains("/_temporary"))
          .filter(name -> !name.endsWith(".crc"))
          .filter(wanted)
          .sorted()
          .toList();
    }
  }

  private static String named(int partition, String queryId) {
    return "/part-%05d-%s-000.arrow".formatted(partition, queryId);
  }

  private void old(String queryId) throws IOException {
    new Run(output(queryId), Replacement.NOTHING).attempt(0, 0, row(1)).commit();
    assertThat(visible()).contains(named(0, queryId));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c1NothingIsVisibleBeforeTheJobCommits(String on) throws IOException {
    scheme = on;
    Run run = new Run(output("q1"), Replacement.NOTHING);
    assertThat(visible()).isEmpty();
    run.attempt(0, 0, row(1)).attempt(1, 1, row(2));
    assertThat(visible()).isEmpty();
    run.commit();
    assertThat(visible()).containsExactly(named(0, "q1"), named(1, "q1"));
    assertThat(staging()).isEmpty();
    assertThat(folder.resolve("out/_SUCCESS")).exists(); // C10
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c2FailedAttemptLeavesNothingAndItsRetryStartsAgain(String on) throws IOException {
    scheme = on;
    Run run = new Run(output("q1"), Replacement.NOTHING);
    Iterator<InternalRow> breaksOff =
        IntStream.range(0, 25)
            .mapToObj(
                i -> {
                  if (i == 24) {
                    throw new IllegalStateException("input is gone");
                  }
                  return row(i);
                })
            .iterator();
    DataWriter<InternalRow> failed = run.writer(0, 0);
    assertThatThrownBy(() -> failed.writeAll(breaksOff)).hasMessage("input is gone");
    failed.abort();
    failed.close();
    assertThat(staging()).noneMatch(name -> name.endsWith(".arrow"));
    run.attempt(0, 1, row(7)).commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(batches(named(0, "q1"))).isEqualTo(1);
  }

  private int batches(String name) throws IOException {
    Path file = Path.of(folder.resolve("out") + name);
    try (FileInput in =
        FileInput.open(new org.apache.hadoop.fs.Path(file.toUri()), Files.size(file), CONF)) {
      return FooterReader.read(in).batches().size();
    }
  }

  @Test
  void c2FileThatCannotBeCreatedOrPromotedFailsTheAttemptOnly() throws IOException {
    scheme = "awkward";
    Run run = new Run(output("q1"), Replacement.NOTHING);
    AwkwardFileSystem.broken = (operation, path) -> operation.equals("create");
    DataWriter<InternalRow> first = run.writer(0, 0);
    assertThatThrownBy(() -> first.write(row(1))).hasMessageContaining("broken: create");
    AwkwardFileSystem.repair();
    first.abort();
    first.close();
    AwkwardFileSystem.broken =
        (operation, path) -> operation.equals("rename") && path.getName().endsWith(".arrow");
    DataWriter<InternalRow> second = run.writer(0, 1);
    second.write(row(1));
    assertThatThrownBy(second::commit).hasMessageContaining("broken: rename");
    AwkwardFileSystem.repair();
    second.abort();
    second.close();
    run.attempt(0, 2, row(1)).commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(staging()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c3OnlyOneOfSeveralAttemptsCounts(String on) throws IOException {
    scheme = on;
    Run run = new Run(output("q1"), Replacement.NOTHING);
    DataWriter<InternalRow> slow = run.writer(0, 0);
    slow.write(row(1));
    run.attempt(0, 1, row(1)); // the copy that speculation started
    slow.abort(); // the coordinator said no
    slow.close();
    run.commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(staging()).isEmpty();
  }

  @Test
  void c3AttemptThatVanishedIsDroppedWithTheStaging() throws IOException {
    Run run = new Run(output("q1"), Replacement.NOTHING);
    try (DataWriter<InternalRow> lost = run.writer(0, 0)) { // closed for its memory, not aborted
      lost.write(row(1));
    }
    run.attempt(0, 1, row(1)).commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(staging()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c4ZombieThatCommitsAfterTheJobChangesNothingVisible(String on) throws IOException {
    scheme = on;
    Run run = new Run(output("q1"), Replacement.NOTHING);
    DataWriter<InternalRow> zombie = run.writer(0, 0);
    zombie.write(row(666));
    run.attempt(0, 1, row(1)).commit();
    byte[] committed = Files.readAllBytes(Path.of(folder.resolve("out") + named(0, "q1")));
    try (zombie) {
      zombie.write(row(667));
      zombie.commit();
    } catch (IOException e) {
      // as good: its staging is gone
    }
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(Path.of(folder.resolve("out") + named(0, "q1"))).hasBinaryContent(committed);

    // And the next write does not pick up what it left.
    new Run(output("q2"), Replacement.NOTHING).attempt(0, 0, row(2)).commit();
    assertThat(visible()).containsExactly(named(0, "q1"), named(0, "q2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c5AbortedWriteLeavesTheOutputAsItWas(String on) throws IOException {
    scheme = on;
    old("q0");
    List<String> before = list(name -> true);
    Run run = new Run(output("q1"), Replacement.ALL).attempt(0, 0, row(5));
    run.abort();
    assertThat(list(name -> true)).isEqualTo(before);
  }

  @Test
  void c6OverwriteThatFailsInItsCommitDeletesNothing() throws IOException {
    scheme = "awkward";
    old("q0");
    Run run = new Run(output("q1"), Replacement.ALL).attempt(0, 0, row(5)).attempt(1, 1, row(6));
    AwkwardFileSystem.broken =
        (operation, path) -> operation.equals("rename") && path.getName().contains("00001");
    assertThatThrownBy(run::commit).hasMessageContaining("broken: rename");
    AwkwardFileSystem.broken = (operation, path) -> false;
    run.abort();
    assertThat(visible()).contains(named(0, "q0"));
    assertThat(staging()).isEmpty();
    assertThat(AwkwardFileSystem.log).noneMatch(entry -> entry.matches("delete part.*q0.*"));
  }

  @Test
  void c6OverwriteDeletesAfterItsCommitWhatItListedBefore() throws IOException {
    scheme = "awkward";
    old("q0");
    AwkwardFileSystem.repair();
    Run run = new Run(output("q1"), Replacement.ALL).attempt(0, 0, row(5));
    run.commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    List<String> log = AwkwardFileSystem.log;
    assertThat(log.indexOf("delete part-00000-q0-000.arrow"))
        .isGreaterThan(log.indexOf("create _SUCCESS"))
        .isPositive();
  }

  @Test
  void c6FileThatCannotBeDeletedIsNamedAndTheNewDataStays() throws IOException {
    scheme = "awkward";
    old("q0");
    Run run = new Run(output("q1"), Replacement.ALL).attempt(0, 0, row(5));
    AwkwardFileSystem.broken =
        (operation, path) -> operation.equals("delete") && path.getName().contains("q0");
    assertThatThrownBy(run::commit)
        .hasMessageContaining("the new data is committed")
        .hasMessageContaining("part-00000-q0-000.arrow");
    run.abort(); // Spark does after any failure
    assertThat(visible()).containsExactly(named(0, "q0"), named(0, "q1"));
  }

  @Test
  void c7DynamicOverwriteReplacesThePartitionsItWrites() throws IOException {
    new Run(output("q0", "p"), Replacement.NOTHING)
        .attempt(0, 0, row(1, "a"), row(2, "b"), row(3, "c"))
        .commit();
    new Run(output("q1", "p"), Replacement.PARTITIONS).attempt(0, 0, row(4, "b")).commit();
    assertThat(visible())
        .containsExactly(
            "/p=a" + named(0, "q0"), "/p=b" + named(0, "q1"), "/p=c/part-00000-q0-002.arrow");
    new Run(output("q2", "p"), Replacement.ALL).attempt(0, 0, row(4, "b")).commit();
    assertThat(visible()).containsExactly("/p=b" + named(0, "q2"));
    assertThat(folder.resolve("out/p=a")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "awkward"})
  void c8WritersToOneFolderLeaveEachOtherAlone(String on) throws IOException {
    scheme = on;
    Run first = new Run(output("q1"), Replacement.NOTHING).attempt(0, 0, row(1));
    Run second = new Run(output("q2"), Replacement.NOTHING).attempt(0, 0, row(2));
    Run third = new Run(output("q3"), Replacement.NOTHING).attempt(0, 0, row(3));
    third.abort();
    first.commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    second.attempt(1, 1, row(2)).commit();
    assertThat(visible()).containsExactly(named(0, "q1"), named(0, "q2"), named(1, "q2"));
    assertThat(staging()).isEmpty();
  }

  @Test
  void c12WriteWithoutRowsKeepsTheSchema() throws IOException {
    new Run(output("q1"), Replacement.NOTHING).attempt(0, 0).attempt(1, 1).commit();
    assertThat(visible()).containsExactly(named(0, "q1"));
    assertThat(batches(named(0, "q1"))).isZero();
    new Run(output("q2", "p"), Replacement.ALL).attempt(0, 0).commit();
    assertThat(visible()).isEmpty();
  }
}
