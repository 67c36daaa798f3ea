package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs on a standalone cluster of separate JVMs that breaks on purpose, against one undisturbed in
 * this JVM. System property {@code longread.chaos.cluster.kills} says how many kills; .ci/chaos is
 * the long form.
 */
class TestStandaloneCluster {
  private static final int KILLS = Integer.getInteger("longread.chaos.cluster.kills", 4);
  private static final long SEED = Long.getLong("longread.chaos.seed", 1);
  private static final int DOCUMENTS = 40;
  private static final int DOCUMENT_WORDS = 60;
  private static final int EXECUTORS_PER_DRIVER = 3;
  private static final int MOST_MILLIS_BETWEEN_KILLS = 5_000;

  @TempDir static Path folder;
  private static SparkCluster cluster;
  private static Path input;
  private static List<ArrowRow> undisturbed;

  @BeforeAll
  static void start() throws Exception {
    Object[][] rows = ChaosRun.documents(DOCUMENTS, DOCUMENT_WORDS);
    input = Inputs.write(folder.resolve("in"), 2, "id string, text string", rows);
    undisturbed =
        ChaosRun.builder(input.toString(), folder.resolve("undisturbed").toString(), "2")
            .run(Inputs.spark());
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

  private static Process drive(Path output, String scheme, List<String> settings)
      throws IOException {
    return cluster.drive(
        ChaosRun.class, log(output), settings, input.toString(), scheme + output, "4");
  }

  private static void isAsUndisturbed(Path output) throws IOException {
    OutputCheck.isComplete(output);
    assertThat(ArrowRow.read(output.resolve("results")))
        .as("seed %d, log in %s", SEED, log(output))
        .isEqualTo(undisturbed);
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
    settings.addAll(
        List.of(
            "spark.speculation=true",
            "spark.speculation.interval=100ms",
            "spark.speculation.quantile=0.5",
            "spark.speculation.multiplier=1.5"));
    Process run = drive(output, "faulty://", settings);
    assertThat(run.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as("log in %s", log(output)).isZero();
    isAsUndisturbed(output);
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
  void c4C5C11KilledExecutorsAndDriversChangeNothing() throws Exception {
    Chaos chaos = new Chaos(new Random(SEED));
    for (int i = 0; chaos.kills() < KILLS; i++) {
      Path output = folder.resolve("killed-" + i);
      while (chaos.kills() < KILLS && !Files.exists(output.resolve("manifest.json"))) {
        chaos.live(output);
      }
      Process last = drive(output, "file://", List.of());
      assertThat(last.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).as("log in %s", log(output)).isZero();
      isAsUndisturbed(output);
      System.out.printf(
          "chaos: seed %d, run %d as undisturbed after %d executors and %d drivers killed in all%n",
          SEED, i, chaos.executors, chaos.drivers);
    }
  }

  /** Kills at moments that a seed names, as far as a seed can. */
  private static final class Chaos {
    private final Random random;
    private int executors;
    private int drivers;

    Chaos(Random random) {
      this.random = random;
    }

    int kills() {
      return executors + drivers;
    }

    /** One life of a run: kills some of its executors, and then it, unless it ends before. */
    void live(Path output) throws Exception {
      int lives = OutputCheck.lives(output);
      Process driver = drive(output, "file://", List.of());
      int spared = random.nextInt(EXECUTORS_PER_DRIVER + 1);
      try {
        while (kills() < KILLS && awaitWork(driver, output, lives)) {
          int millis = random.nextInt(MOST_MILLIS_BETWEEN_KILLS);
          if (driver.waitFor(millis, TimeUnit.MILLISECONDS)) {
            break;
          }
          if (spared-- == 0) {
            driver.destroyForcibly().waitFor();
            drivers++;
            return;
          }
          killAnExecutor();
        }
        assertThat(driver.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(driver.exitValue()).as("log in %s", log(output)).isZero();
      } finally {
        driver.destroyForcibly().waitFor();
      }
    }

    private void killAnExecutor() {
      List<ProcessHandle> living = cluster.executors();
      if (!living.isEmpty() && living.get(random.nextInt(living.size())).destroyForcibly()) {
        executors++;
      }
    }

    /** Until the life is recorded and executors are there: before, a kill breaks nothing. */
    private static boolean awaitWork(Process driver, Path output, int lives) throws Exception {
      while (driver.isAlive()
          && (cluster.executors().isEmpty() || OutputCheck.lives(output) == lives)) {
        Thread.sleep(20);
      }
      return driver.isAlive();
    }
  }
}
