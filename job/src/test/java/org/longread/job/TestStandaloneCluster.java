package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.ChaosRun.Asked;

/**
 * Runs on a standalone cluster of separate JVMs that breaks on purpose, against one undisturbed in
 * this JVM. System property {@code longread.chaos.cluster.starts} says how many starts are
 * disturbed; .ci/chaos is the long form.
 */
class TestStandaloneCluster {
  private static final int STARTS = Integer.getInteger("longread.chaos.cluster.starts", 4);
  private static final long SEED = Long.getLong("longread.chaos.seed", 1);
  private static final int DOCUMENTS = 40;
  private static final int DOCUMENT_WORDS = 60;

  @TempDir static Path folder;
  private static SparkCluster cluster;
  private static Path input;
  private static final Map<Asked, List<ArrowRow>> UNDISTURBED = new EnumMap<>(Asked.class);

  @BeforeAll
  static void start() throws Exception {
    Object[][] rows = ChaosRun.documents(DOCUMENTS, DOCUMENT_WORDS);
    input = Inputs.write(folder.resolve("in"), 2, ChaosRun.ASKED, ChaosRun.asked(rows));
    for (Asked asked : Asked.values()) {
      String output = folder.resolve("undisturbed-" + asked).toString();
      RunBuilder run = asked.builder(input.toString(), output, "2");
      UNDISTURBED.put(asked, run.run(Inputs.spark()));
    }
    cluster = SparkCluster.start(Files.createDirectories(folder.resolve("cluster")));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Path log(Path output) {
    return output.resolveSibling(output.getFileName() + ".log");
  }

  private static Process drive(Path output, String scheme, List<String> settings, Asked asked)
      throws IOException {
    return cluster.drive(
        ChaosRun.class,
        log(output),
        settings,
        input.toString(),
        scheme + output,
        String.valueOf(ClusterChaos.PARTITIONS),
        asked.name());
  }

  private static void isAsUndisturbed(Path output, Asked asked) throws IOException {
    OutputCheck.isComplete(output);
    assertThat(ArrowRow.read(output.resolve("results")))
        .as("seed %d, log in %s", SEED, log(output))
        .isEqualTo(UNDISTURBED.get(asked));
  }

  @Test
  void c5C6AttemptsThatHangAreOvertakenAndInterruptedOnesThatFailRetried() throws Exception {
    Path output = folder.resolve("hung");
    Path marks = Files.createDirectories(folder.resolve("marks"));
    List<String> settings =
        new ArrayList<>(
            FaultyRules.settings(
                marks,
                "HANG create .*/_longread/work/[^/]*/00000/\\d+-2-answered.arrow",
                "FAIL close .*/_longread/work/[^/]*/00001/\\d+-3.json",
                "HANG create .*/_temporary/.*/results/part-00002-.*",
                "FAIL close .*/_temporary/.*/results/part-00003-.*"));
    settings.addAll(ClusterChaos.SPECULATION);
    Process run = drive(output, "faulty://", settings, Asked.SCORE);
    assertThat(run.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as("log in %s", log(output)).isZero();
    isAsUndisturbed(output, Asked.SCORE);
    for (int rule = 0; rule < 4; rule++) {
      assertThat(FaultyRules.happened(marks, rule)).as("rule %d", rule).isTrue();
    }
    for (int rule = 0; rule < 4; rule += 2) {
      awaitInterrupt(marks, rule);
    }
  }

  /** Spark interrupts the loser some time after the winner has reported. */
  private static void awaitInterrupt(Path marks, int rule) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SparkCluster.PATIENCE_SECONDS);
    while (!FaultyRules.interrupted(marks, rule)) {
      assertThat(System.nanoTime()).as("interrupt of rule %d", rule).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void executorsThatComeAsTasksWaitAndGoWhenIdleChangeNothing() throws Exception {
    Path output = folder.resolve("dynamic");
    List<String> settings =
        List.of(
            "spark.dynamicAllocation.enabled=true",
            "spark.dynamicAllocation.shuffleTracking.enabled=true",
            "spark.dynamicAllocation.executorIdleTimeout=1s",
            "spark.executor.cores=1");
    Process run =
        cluster.drive(
            ChaosRun.class, log(output), settings, input.toString(), output.toString(), "0");
    assertThat(run.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as("log in %s", log(output)).isZero();
    isAsUndisturbed(output, Asked.SCORE);
    assertThat(ArrowRow.read(output.resolve("stats")))
        .as("as many tasks as documents, fewer than 100 executors can take")
        .hasSize(DOCUMENTS);
  }

  @Test
  void executorWhoseDeviceFailsIsReplacedAndNothingElseChanges() throws Exception {
    Path output = folder.resolve("device");
    Path services = folder.resolve("failing");
    Path mark = folder.resolve("failed");
    FailingDevice.install(services);
    List<String> settings =
        List.of(
            "spark.executor.extraClassPath=" + services + File.pathSeparator + ChildJvm.classPath(),
            "spark.executor.extraJavaOptions=" + FailingDevice.option(mark));
    Process run = drive(output, "file://", settings, Asked.SCORE);
    assertThat(run.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as("log in %s", log(output)).isZero();
    isAsUndisturbed(output, Asked.SCORE);
    assertThat(mark).as("a device failed").exists();
    long failed = Long.parseLong(Files.readString(mark));
    assertThat(ProcessHandle.of(failed).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(ArrowRow.read(output.resolve("stats")))
        .extracting(row -> String.valueOf(row.get("backend")))
        .as("no other backend took over")
        .contains("failing")
        .doesNotContain("cpu");
  }

  @Test
  void c4C5C11StartsThatAreDisturbedChangeNothing() throws Exception {
    ClusterChaos chaos =
        new ClusterChaos(cluster, folder.resolve("chaos"), new Random(SEED), STARTS);
    int runs = 0;
    while (!chaos.isOver()) {
      Asked asked = runs % 2 == 0 ? Asked.SCORE : Asked.ANSWERS;
      Path output = folder.resolve("disturbed-" + runs++);
      while (!chaos.isOver() && !Files.exists(output.resolve("manifest.json"))) {
        chaos.start(output, settings -> drive(output, "faulty://", settings, asked));
      }
      Process last = drive(output, "file://", List.of(), asked);
      assertThat(last.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).as("log in %s", log(output)).isZero();
      isAsUndisturbed(output, asked);
      System.out.printf(
          "chaos: seed %d, %d runs as undisturbed, the last of them of %s; %s%n",
          SEED, runs, asked.name().toLowerCase(Locale.ROOT), chaos);
    }
  }
}
