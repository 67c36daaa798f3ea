package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What must hold on any store: reading, writing, and going on after a crash. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  private static final int DOCUMENTS = 16;
  private static final int DOCUMENT_WORDS = 30;
  private static final int RECEIPTS = 3;
  private static final int MOST_OUTPUTS = 5;
  private static final int KILLED = 128 + 9;

  @TempDir static Path folder;
  private SparkSession spark;
  private String input;
  private List<ArrowRow> expected;

  /** Starts the store; yields the folder to work in, with its file system. */
  abstract String start(Path folder) throws Exception;

  abstract void stop() throws Exception;

  /** Hadoop's settings for the store. */
  abstract Map<String, String> settings();

  private String root;

  @BeforeAll
  void startAll() throws Exception {
    root = start(folder);
    Object[][] rows = ChaosRun.documents(DOCUMENTS, DOCUMENT_WORDS);
    Path local = Inputs.write(folder.resolve("in"), 2, "id string, text string", rows);
    expected =
        ChaosRun.builder(local.toString(), folder.resolve("expected").toString(), "2")
            .run(Inputs.spark());
    Inputs.spark().stop();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2);
    settings().forEach((key, value) -> builder.config("spark.hadoop." + key, value));
    spark = builder.getOrCreate();
    input = root + "/in";
    spark.read().parquet(local.toString()).write().parquet(input);
  }

  @AfterAll
  void stopAll() throws Exception {
    spark.stop();
    stop();
  }

  FileSystem fileSystem() throws IOException {
    return new org.apache.hadoop.fs.Path(root)
        .getFileSystem(spark.sparkContext().hadoopConfiguration());
  }

  final String uri(String name) {
    return root + "/" + name;
  }

  final RunSummary run(String name) {
    return InferenceJob.run(spark, ChaosRun.builder(input, uri(name), "2").conf());
  }

  /** Copies an output here and holds it to what the undisturbed run gave. */
  final void isAsExpected(String name) throws IOException {
    Path copy = folder.resolve("copy-of-" + name);
    fileSystem()
        .copyToLocalFile(
            false,
            new org.apache.hadoop.fs.Path(uri(name)),
            new org.apache.hadoop.fs.Path(copy.toUri()),
            true);
    OutputCheck.isComplete(copy);
    assertThat(ArrowRow.read(copy.resolve("results"))).isEqualTo(expected);
  }

  @Test
  void aRunReadsAndWritesThere() throws Exception {
    assertThat(run("plain").documents()).isEqualTo(DOCUMENTS);
    isAsExpected("plain");
    assertThat(run("plain").documentsBefore()).as("C12").isEqualTo(DOCUMENTS);
  }

  @Test
  void c3C11DriversKilledWhileWorkingAndWhileStagingAreResumed() throws Exception {
    String name = killedTwice();
    RunSummary summary = run(name);
    assertThat(summary.documentsBefore()).isGreaterThanOrEqualTo(RECEIPTS);
    isAsExpected(name);
    nothingIsPending();
  }

  /** An output whose drivers were killed at both moments: one may end before, of a fast run. */
  private String killedTwice() throws Exception {
    for (int i = 0; i < MOST_OUTPUTS; i++) {
      String name = "killed-" + i;
      if (killed(name, () -> files(name + "/_longread/work", "\\.json$") >= RECEIPTS)) {
        assertThat(files(name + "/_longread/work", "\\.json$")).isGreaterThanOrEqualTo(RECEIPTS);
        if (killed(name, () -> isStaged(name))) {
          return name;
        }
      }
    }
    throw new AssertionError("every driver ended before it was killed: logs in " + folder);
  }

  /** Holds the store to have nothing that no listing shows. */
  void nothingIsPending() throws IOException {}

  /** A moment to kill at. */
  private interface Moment {
    boolean hasCome() throws IOException;
  }

  /** Whether it was alive at that moment, and is no more. */
  private boolean killed(String name, Moment moment) throws Exception {
    List<String> options =
        Stream.concat(
                Stream.of("-Xmx1g"),
                settings().entrySet().stream()
                    .map(e -> "-Dspark.hadoop." + e.getKey() + "=" + e.getValue()))
            .toList();
    Path log = folder.resolve(name + ".log");
    Process driver = ChildJvm.start(ChaosRun.class, log, options, Map.of(), input, uri(name), "2");
    try {
      while (driver.isAlive() && !moment.hasCome()) {
        driver.waitFor(5, TimeUnit.MILLISECONDS);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    boolean killed = driver.exitValue() == KILLED;
    assertThat(killed || driver.exitValue() == 0).as("log in %s", log).isTrue();
    return killed;
  }

  private long files(String name, String pattern) throws IOException {
    Pattern wanted = Pattern.compile(pattern);
    long count = 0;
    try {
      RemoteIterator<LocatedFileStatus> found =
          fileSystem().listFiles(new org.apache.hadoop.fs.Path(uri(name)), true);
      while (found.hasNext()) {
        count += wanted.matcher(found.next().getPath().toString()).find() ? 1 : 0;
      }
    } catch (FileNotFoundException e) {
      return 0;
    }
    return count;
  }

  /** Whether a task has put files where its committer keeps them until the job commits. */
  private boolean isStaged(String name) throws IOException {
    return files(name, "/_temporary/|/__magic") > 0;
  }

  @Test
  void formatArrowWritesReadsAndOverwritesThere() throws Exception {
    Dataset<Row> rows =
        spark.range(1_000).selectExpr("id", "repeat('x', int(id % 50)) text", "id % 3 p");
    String out = uri("arrow");
    rows.write().format("arrow").mode(SaveMode.Append).partitionBy("p").save(out);
    assertThat(read(out)).isEqualTo(rows.orderBy("id").collectAsList());
    Dataset<Row> other = rows.where("id < 10");
    other.write().format("arrow").mode(SaveMode.Overwrite).partitionBy("p").save(out);
    assertThat(read(out)).isEqualTo(other.orderBy("id").collectAsList());
    Dataset<Row> one =
        spark.createDataFrame(
            List.of(RowFactory.create(10L, "more", 0L)),
            StructType.fromDDL("id bigint, text string, p bigint"));
    one.write().format("arrow").mode(SaveMode.Append).partitionBy("p").save(out);
    assertThat(read(out)).hasSize(11);
    isCommittedAsMeant(new org.apache.hadoop.fs.Path(out));
  }

  /** Holds the output to the committer that was asked for. */
  void isCommittedAsMeant(org.apache.hadoop.fs.Path output) throws IOException {
    assertThat(fileSystem().exists(new org.apache.hadoop.fs.Path(output, "_SUCCESS"))).isTrue();
  }

  private List<Row> read(String out) {
    return spark
        .read()
        .format("arrow")
        .load(out)
        .selectExpr("id", "text", "cast(p as bigint) p")
        .orderBy("id")
        .collectAsList();
  }
}
