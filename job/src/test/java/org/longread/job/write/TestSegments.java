package org.longread.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.FailedRunException;
import org.longread.job.JobConf.Compression;
import org.longread.job.Suspicions;
import org.longread.job.TaskStatistics;
import org.longread.job.read.IdType;
import org.longread.job.task.ResultRow;
import org.longread.kernels.EngineStats;

/** The clauses of COMMIT.md that are about segments, receipts and lives. */
class TestSegments {
  private static final Configuration CONF = new Configuration();
  private static final String LIFE = "life";

  @TempDir Path folder;
  private OutputFolder output;
  private PartitionWork work;

  @BeforeEach
  void open() throws IOException {
    output = new OutputFolder(folder.resolve("out").toUri().toString(), LIFE);
    work = new PartitionWork(output, LIFE, 3, CONF);
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
  }

  private SegmentWriter attempt(long id) throws IOException {
    return new SegmentWriter(work, id, work.longest(), IdType.STRING, Compression.NONE);
  }

  private static List<ResultRow> answer(String id) {
    return List.of(
        new ResultRow(
            id,
            0,
            1,
            1,
            false,
            new ResultRow.Generated("to " + id, "stop", -1),
            List.of(new ResultRow.EvidenceSpan(1, 2, 0.5f)),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty()));
  }

  private static TaskStatistics statistics(long documents) {
    return new TaskStatistics(
        new TaskStatistics.Where(LIFE, 3, 0, "driver", "host", "cpu", "512"),
        documents,
        0,
        documents,
        0,
        0,
        0,
        1,
        Double.NaN,
        EngineStats.NONE,
        new TaskStatistics.NanosAround(0, 0, 0),
        List.of(new TaskStatistics.LengthBucket(0, 1, documents, 0, 1)),
        Suspicions.NONE);
  }

  /** Writes and commits a segment. */
  private static void commit(SegmentWriter writer, long soFar, String... ids) throws IOException {
    for (String id : ids) {
      writer.write(answer(id));
    }
    writer.commit(statistics(soFar));
  }

  private Set<Object> longest() throws IOException {
    Optional<Chain> chain = work.longest();
    return chain.isPresent() ? work.ids(chain.get()) : Set.of();
  }

  private Path file(String name) {
    return folder.resolve("out/_longread/work/life/00003").resolve(name);
  }

  @Test
  void c4SegmentCountsOnceItsReceiptIsThere() throws IOException {
    try (SegmentWriter first = attempt(7)) {
      commit(first, 2, "a", "b");
      first.write(answer("c"));
      assertThat(longest()).containsExactlyInAnyOrder("a", "b");
    }
    assertThat(longest()).containsExactlyInAnyOrder("a", "b");
    assertThat(file("7-1-answered.arrow")).doesNotExist();
    Chain chain = work.longest().orElseThrow();
    assertThat(chain.documents()).isEqualTo(2);
    assertThat(chain.statistics()).containsExactly(statistics(2));
  }

  @Test
  void c4ReceiptCutShortOrFileOfAnotherLengthCountsNotNorWhatFollows() throws IOException {
    try (SegmentWriter first = attempt(7)) {
      commit(first, 1, "a");
      commit(first, 2, "b");
      commit(first, 3, "c");
    }
    byte[] receipt = Files.readAllBytes(file("7-1.json"));
    write(file("7-1.json"), receipt, receipt.length / 2);
    assertThat(longest()).containsExactly("a");
    write(file("7-1.json"), receipt, receipt.length);
    assertThat(longest()).containsExactlyInAnyOrder("a", "b", "c");
    byte[] data = Files.readAllBytes(file("7-0-answered.arrow"));
    write(file("7-0-answered.arrow"), data, data.length - 1);
    assertThat(longest()).isEmpty();
  }

  private static void write(Path file, byte[] bytes, int length) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, java.util.Arrays.copyOf(bytes, length));
  }

  @Test
  void c5AttemptsAtOnceAreNeverMixed() throws IOException {
    try (SegmentWriter slow = attempt(1);
        SegmentWriter fast = attempt(2)) {
      commit(slow, 1, "a");
      commit(fast, 2, "a", "b");
      assertThat(longest()).containsExactlyInAnyOrder("a", "b");
      commit(slow, 3, "b", "c");
      assertThat(work.longest().orElseThrow().links()).containsExactly(new Receipt.Link(1, 2));
      commit(fast, 3, "c");
      Chain chain = work.longest().orElseThrow();
      assertThat(chain.documents()).isEqualTo(3);
      assertThat(chain.links()).as("ties go to the first").containsExactly(new Receipt.Link(1, 2));
    }
  }

  @Test
  void c5C6ZombieAddsNothingToTheChainThatWentOnFromIt() throws IOException {
    try (SegmentWriter zombie = attempt(1)) {
      commit(zombie, 1, "a");
      try (SegmentWriter retry = attempt(2)) {
        commit(zombie, 2, "b");
        commit(retry, 2, "b", "c");
        assertThat(retry.chain().links())
            .containsExactly(new Receipt.Link(1, 1), new Receipt.Link(2, 1));
        assertThat(retry.chain().documents()).isEqualTo(3);
        assertThat(retry.chain().statistics()).containsExactly(statistics(1), statistics(2));
        assertThat(work.longest()).contains(retry.chain());
      }
    }
  }

  @Test
  void c9FailedAndUnnamedDocumentsAreInFilesOfTheirOwn() throws IOException {
    try (SegmentWriter first = attempt(1)) {
      first.write(answer("a"));
      first.write(List.of(ResultRow.failed("b", 0, "null_text", "none")));
      first.write(List.of(ResultRow.failed(null, 0, "null_id", "none")));
      commit(first, 3);
      assertThat(first.chain().documents()).isEqualTo(3);
    }
    assertThat(longest()).containsExactlyInAnyOrder("a", "b");
    Chain kept = work.longest().orElseThrow().without(SegmentFile.Documents.FAILED);
    assertThat(work.ids(kept)).containsExactly("a");
  }

  @Test
  void c7NewerLifeTakesOver() throws IOException {
    RunFolder run = new RunFolder(output, CONF);
    Life first = life(run.nextNumber(), "first");
    run.start(first);
    run.requireNewest(first);
    assertThat(run.newest()).contains(first);
    assertThatThrownBy(() -> run.start(life(1, "at the same moment")))
        .isInstanceOf(IOException.class);
    Life second = life(run.nextNumber(), "second");
    run.start(second);
    assertThat(run.newest()).contains(second);
    assertThatThrownBy(() -> run.requireNewest(first)).isInstanceOf(FailedRunException.class);
  }

  @Test
  void c5RecordCutShortIsNoLife() throws IOException {
    RunFolder run = new RunFolder(output, CONF);
    Life first = life(run.nextNumber(), "first");
    run.start(first);
    Files.writeString(folder.resolve("out/_longread/lives/00002.json"), "{ \"number\" : 2, ");
    assertThat(run.newest()).contains(first);
    assertThat(run.nextNumber()).isEqualTo(3);
  }

  private static Life life(int number, String id) {
    Manifest.Fingerprint fingerprint =
        new Manifest.Fingerprint("0", Map.of("top-k", "1"), "float32", "1");
    return new Life(number, id, "now", "now", fingerprint, null, List.of());
  }
}
