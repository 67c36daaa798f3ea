package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Resume;
import org.longread.job.JobConf.Task;
import org.longread.job.write.ArrowTables;
import org.longread.job.write.Manifest;

/** The clauses of COMMIT.md in org.longread.job.write, by whole runs that break on purpose. */
class TestResume {
  private static final int DOCUMENTS = 9;
  private static final int STARTS = 60;

  private static SparkSession spark;

  @TempDir Path folder;
  private Path input;

  @BeforeAll
  static void startSpark() {
    Inputs.spark().stop();
    spark =
        SparkSession.builder()
            .master("local[2,4]") // four attempts
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    FaultyFileSystem.configure(spark.sparkContext().hadoopConfiguration());
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void writeInput() throws IOException {
    input = folder.resolve("in");
    write("");
  }

  @AfterEach
  void repair() {
    FaultyFileSystem.repair();
  }

  /** Documents of which the third has this text, or none; and one without id. */
  private void write(String third) throws IOException {
    Object[][] rows = new Object[DOCUMENTS + 1][];
    for (int i = 0; i < DOCUMENTS; i++) {
      rows[i] = Inputs.row("d" + i, "In the beginning was word " + i);
    }
    rows[2] = Inputs.row("d2", third.isEmpty() ? null : third);
    rows[DOCUMENTS] = Inputs.row(null, "nobody's");
    spark
        .createDataFrame(
            List.of(rows).stream().map(org.apache.spark.sql.RowFactory::create).toList(),
            org.apache.spark.sql.types.StructType.fromDDL("id string, text string"))
        .repartition(1)
        .write()
        .mode("overwrite")
        .parquet(input.toString());
  }

  private RunBuilder run(String output) {
    return new RunBuilder(folder.resolve(output))
        .input(input)
        .task(Task.SCORE)
        .partitions(2)
        .through(FaultyFileSystem.SCHEME)
        .resume(Resume.RETRY_FAILED, 0);
  }

  private RunSummary start(RunBuilder run) {
    return InferenceJob.run(spark, run.conf());
  }

  private List<ArrowRow> undisturbed() throws Exception {
    return run("undisturbed").run(spark);
  }

  private void breaks(RunBuilder run) {
    assertThatThrownBy(() -> start(run)).isInstanceOf(FailedRunException.class);
    FaultyFileSystem.repair();
  }

  @Test
  void c1C2ManifestListsExactlyWhatIsThere() throws Exception {
    RunSummary summary = start(run("out"));
    OutputCheck.isComplete(folder.resolve("out"));
    Manifest manifest = OutputCheck.manifest(folder.resolve("out"));
    assertThat(summary.documents()).isEqualTo(DOCUMENTS + 1);
    assertThat(manifest.counts().documentsFailed()).isEqualTo(2);
    assertThat(manifest.counts().outcomes()).containsEntry("null_id", 1L);
    assertThat(manifest.counts().outcomes()).containsEntry("null_text", 1L);
  }

  @Test
  void c3UnfinishedJobCommitIsRolledBackAndPublishedAnew() throws Exception {
    RunBuilder run = run("out");
    FaultyFileSystem.breakOnce(
        "rename", ".*/_temporary/\\d+/task_.*/stats/.*|.*task_.*_m_000001.*");
    breaks(run);
    Path magic = Files.createDirectories(folder.resolve("out/__magic_job-a/tasks"));
    Files.createFile(magic.resolve("b.pendingset")); // as S3A's committer leaves it
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    assertThatThrownBy(
            () -> ArrowTables.forEachRow(folder.resolve("out"), Manifest::results, row -> {}))
        .hasMessageContaining("not complete");

    RunSummary summary = start(run);

    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(undisturbed());
    assertThat(summary.documentsBefore()).isEqualTo(DOCUMENTS - 1);
  }

  @Test
  void c4RetriedAttemptGoesOnFromTheLastReceipt() throws Exception {
    RunBuilder run = run("out").partitions(1);
    FaultyFileSystem.breakOnce("create", ".*/00000/\\d+-4\\.json");
    start(run);
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(undisturbed());
    List<ArrowRow> attempts = ArrowRow.read(folder.resolve("out/stats"));
    assertThat(attempts).extracting(row -> row.number("attempt")).containsExactly(0.0, 1.0);
    assertThat(attempts.get(0).number("documents_in")).isEqualTo(4);
    assertThat(attempts.stream().mapToDouble(row -> row.number("documents_in")).sum())
        .isBetween(DOCUMENTS + 1.0, DOCUMENTS + 2.0); // the one without id may be read again
  }

  @Test
  void c4WorkOfARunWhoseAttemptsAllFailedCounts() throws Exception {
    RunBuilder run = run("out").partitions(1);
    FaultyFileSystem.broken =
        (operation, path) -> operation.equals("close") && path.toString().matches(".*-1-answ.*");
    breaks(run);
    RunSummary summary = start(run);
    assertThat(summary.documentsBefore()).isGreaterThanOrEqualTo(3);
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(undisturbed());
  }

  @Test
  void c6AttemptThatFailsWhilePublishingIsRetried() throws Exception {
    RunBuilder run = run("out");
    FaultyFileSystem.breakOnce("rename", ".*/_temporary/attempt_.*");
    start(run);
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(undisturbed());
  }

  @Test
  void c7LifeThatIsNotTheNewestDoesNotPublish() throws Exception {
    RunBuilder run = run("out");
    FaultyFileSystem.broken =
        (operation, path) -> {
          if (path.toString().endsWith("-0.json")) {
            another(path);
          }
          return false;
        };
    assertThatThrownBy(() -> start(run))
        .isInstanceOf(FailedRunException.class)
        .hasMessageContaining("another one was started");
    assertThat(OutputCheck.visible(folder.resolve("out"))).isEmpty();
  }

  private static void another(org.apache.hadoop.fs.Path receipt) {
    Path work = Path.of(receipt.toUri().getPath()).getParent().getParent().getParent();
    Path lives = work.resolveSibling("lives");
    try {
      if (!Files.exists(lives.resolve("00002.json"))) {
        Files.createFile(lives.resolve("00002.json"));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void c8OtherFingerprintIsRefusedAndNamed() throws Exception {
    RunBuilder run = run("out");
    FaultyFileSystem.breakOnce("rename", ".*task_.*");
    breaks(run);
    List<String> before = OutputCheck.files(folder.resolve("out"));
    assertThatThrownBy(() -> start(run("out").limit(7, JobConf.OnTooLong.HEAD)))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("max-document-tokens was 0 and is 7")
        .hasMessageContaining("on-too-long was error and is head")
        .hasMessageContaining("an unfinished run");
    assertThatThrownBy(() -> start(run("out").resume(Resume.NEVER, 0)))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("an unfinished run");
    assertThat(OutputCheck.files(folder.resolve("out"))).isEqualTo(before);
    start(run);
    assertThatThrownBy(() -> start(run("out").evidence(1)))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("evidence-spans was 0 and is 1");
    OutputCheck.isComplete(folder.resolve("out"));
  }

  @Test
  void c9FailedRowsOfACompleteRunAreReplaced() throws Exception {
    RunBuilder run = run("out");
    List<ArrowRow> first = run.run(spark);
    write("In the beginning was the third word");

    RunSummary skipped = start(run("out").resume(Resume.SKIP_FAILED, 0));
    assertThat(skipped.documentsBefore()).isEqualTo(DOCUMENTS + 1);
    assertThat(run.results()).isEqualTo(first);

    RunSummary retried = start(run);
    assertThat(retried.documentsBefore()).isEqualTo(DOCUMENTS - 1);
    OutputCheck.isComplete(folder.resolve("out"));
    Manifest manifest = OutputCheck.manifest(folder.resolve("out"));
    assertThat(manifest.counts().documents()).isEqualTo(DOCUMENTS + 1);
    assertThat(manifest.counts().rowsFailed()).isEqualTo(1);
    assertThat(run.results()).isEqualTo(run("repaired").run(spark)).isNotEqualTo(first);
  }

  @Test
  void c9FailedRowsOfAnUnfinishedRunAreKeptOrRetried() throws Exception {
    for (Resume resume : List.of(Resume.SKIP_FAILED, Resume.RETRY_FAILED)) {
      write("");
      RunBuilder run = run("out-" + resume);
      FaultyFileSystem.breakOnce("rename", ".*task_.*_m_000001.*");
      breaks(run);
      write("In the beginning was the third word");
      start(run.resume(resume, 0));
      OutputCheck.isComplete(folder.resolve("out-" + resume));
      String status =
          run.results().stream()
              .filter(row -> "d2".equals(row.get("doc_id")))
              .findFirst()
              .orElseThrow()
              .text("status");
      assertThat(status).isEqualTo(resume == Resume.SKIP_FAILED ? "error" : "ok");
    }
  }

  @Test
  void c3RetryThatBreaksWhilePublishingLosesNothing() throws Exception {
    RunBuilder run = run("out");
    run.run(spark);
    write("In the beginning was the third word");
    FaultyFileSystem.breakOnce("rename", ".*task_.*_m_000001.*");
    breaks(run);
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    start(run);
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(run("repaired").run(spark));
  }

  @Test
  void c1SealedRunIsCompletedWithoutComputing() throws Exception {
    RunBuilder run = run("out");
    run.run(spark);
    write("In the beginning was the third word");
    FaultyFileSystem.breakOnce("rename", ".*/_longread/manifest.json");
    breaks(run);
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    RunSummary summary = start(run("out").resume(Resume.SKIP_FAILED, 0));
    assertThat(summary.wallNanos()).isZero();
    OutputCheck.isComplete(folder.resolve("out"));
    assertThat(run.results()).isEqualTo(run("repaired").run(spark));
  }

  @Test
  void c12CompleteRunIsLeftAsItIs() throws Exception {
    write("In the beginning was the third word");
    RunBuilder run = run("out").resume(Resume.SKIP_FAILED, 0);
    run.run(spark);
    byte[] manifest = Files.readAllBytes(folder.resolve("out/manifest.json"));
    RunSummary again = start(run);
    assertThat(again.documentsBefore()).isEqualTo(again.documents()).isEqualTo(DOCUMENTS + 1);
    assertThat(folder.resolve("out/manifest.json")).hasBinaryContent(manifest);
    OutputCheck.isComplete(folder.resolve("out"));
  }

  @Test
  void c12CompleteRunWhoseInputChangedSinceSaysSo() throws Exception {
    write("In the beginning was the third word");
    RunBuilder run = run("out").resume(Resume.SKIP_FAILED, 0);
    run.run(spark);
    assertThat(said(run)).doesNotContain("input was changed");
    touchInput();
    assertThat(said(run))
        .contains("The input was changed after the run began")
        .contains("Give another output folder");
  }

  @Test
  void c12ResumedRunWhoseInputChangedSinceItsFirstLifeSaysSo() throws Exception {
    RunBuilder run = run("out");
    breaksAsItPublishes(run);
    touchInput();
    breaksAsItPublishes(run);
    assertThat(said(run))
        .contains("The input was changed after the run began")
        .contains("documents that were done before are not read again");
  }

  private void breaksAsItPublishes(RunBuilder run) {
    FaultyFileSystem.broken =
        (operation, path) -> operation.equals("create") && path.toString().contains("/_temporary/");
    breaks(run);
  }

  private void touchInput() throws IOException {
    try (Stream<Path> files = Files.list(input)) {
      Path file =
          files.filter(path -> path.toString().endsWith(".parquet")).findAny().orElseThrow();
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusMillis(1)));
    }
  }

  /** What a start says on standard error. */
  private String said(RunBuilder run) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      start(run);
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void fileSystemThatFailsNowAndThenChangesNothing() throws Exception {
    List<ArrowRow> expected = undisturbed();
    int runs = Integer.getInteger("longread.chaos.faults", 3);
    int broken = 0;
    for (int seed = 0; seed < runs; seed++) {
      String output = "faults-" + seed;
      Random random = new Random(seed);
      RunBuilder run = run(output).partitions(3);
      int starts = 0;
      boolean done = false;
      while (!done) {
        assertThat(++starts).as("starts with seed %d", seed).isLessThan(STARTS);
        FaultyFileSystem.broken = (operation, path) -> isBad(random);
        try {
          start(run);
          done = true;
        } catch (FailedRunException | InvalidRunException e) {
          assertThat(e).hasStackTraceContaining("broken: ");
          broken++;
        } finally {
          FaultyFileSystem.repair();
        }
      }
      start(run.resume(Resume.SKIP_FAILED, 0)); // removes what could not be
      OutputCheck.isComplete(folder.resolve(output));
      assertThat(run.results()).as("seed %d", seed).isEqualTo(expected);
      delete(folder.resolve(output));
    }
    System.out.printf(
        "chaos: %d runs as undisturbed on a file system that ended %d starts%n", runs, broken);
  }

  private static boolean isBad(Random random) {
    synchronized (random) {
      return random.nextInt(25) == 0;
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, IOException e) throws IOException {
            Files.delete(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
