package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Collectors;

/**
 * Disturbs starts of runs on a cluster, at moments and in ways that a seed names, as far as a seed
 * can: its executors are killed and then its driver, unless it ends before, and on top of that the
 * file system fails or hangs once in the way that was drawn for it.
 */
final class ClusterChaos {
  /** Of every run. */
  static final int PARTITIONS = 4;

  /** Copies of Spark tasks that take longer than others, soon. */
  static final List<String> SPECULATION =
      List.of(
          "spark.speculation=true",
          "spark.speculation.interval=100ms",
          "spark.speculation.quantile=0.5",
          "spark.speculation.multiplier=1.5");

  private static final int EXECUTORS_PER_DRIVER = 3;
  private static final int MOST_MILLIS_BETWEEN_KILLS = 5_000;
  private static final int FIRST_SEGMENTS = 6;

  private final SparkCluster cluster;
  private final Path folder;
  private final Random random;
  private final int wanted;
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private int starts;
  private int disturbed;
  private int executors;
  private int drivers;

  /** What the file system does once, on some executor or the driver. */
  private enum Fault {
    NONE(""),
    DATA_FILE_NOT_CREATED("FAIL create .*/_longread/work/[^/]*/%1$05d/\\d+-%2$d-[a-z]+.arrow"),
    DATA_FILE_NOT_CLOSED("FAIL close .*/_longread/work/[^/]*/%1$05d/\\d+-%2$d-[a-z]+.arrow"),
    RECEIPT_NOT_CLOSED("FAIL close .*/_longread/work/[^/]*/%1$05d/\\d+-%2$d.json"),
    ATTEMPT_HANGS("HANG create .*/_longread/work/[^/]*/%1$05d/\\d+-%2$d-[a-z]+.arrow"),
    PUBLISHING_HANGS("HANG create .*/_temporary/.*/results/part-%1$05d-.*"),
    PUBLISHED_NOT_CLOSED("FAIL close .*/_temporary/.*/part-%1$05d-.*"),
    RENAME_FAILS("FAIL rename .*"),
    DELETE_FAILS("FAIL delete .*");

    private final String rule;

    Fault(String rule) {
      this.rule = rule;
    }

    List<String> settings(Path marks, Random random) {
      if (this == NONE) {
        return List.of();
      }
      String drawn =
          String.format(
              Locale.ROOT, rule, random.nextInt(PARTITIONS), random.nextInt(FIRST_SEGMENTS));
      List<String> settings = new ArrayList<>(FaultyRules.settings(marks, drawn));
      if (rule.startsWith("HANG")) {
        settings.addAll(SPECULATION);
      }
      return settings;
    }
  }

  /** Starts a driver with these Spark settings. */
  @FunctionalInterface
  interface Driver {
    Process start(List<String> settings) throws IOException;
  }

  /**
   * Chaos until so many starts were disturbed.
   *
   * @param folder for marks of what has happened
   */
  ClusterChaos(SparkCluster cluster, Path folder, Random random, int wanted) {
    this.cluster = cluster;
    this.folder = folder;
    this.random = random;
    this.wanted = wanted;
  }

  boolean isOver() {
    return disturbed >= wanted;
  }

  /** One life of a run, which ends by itself or is killed. */
  void start(Path output, Driver driver) throws Exception {
    Path marks = Files.createDirectories(folder.resolve("marks-" + starts++));
    Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
    int lives = OutputCheck.lives(output);
    int killed = executors + drivers;
    Process life = driver.start(fault.settings(marks, random));
    try {
      boolean ended = disturb(life, output, lives);
      boolean happened = FaultyRules.happened(marks, 0);
      if (ended && life.exitValue() != 0) {
        assertThat(life.exitValue()).as("%s in %s", fault, output).isEqualTo(ChaosRun.FAILED);
        assertThat(happened).as("%s in %s", fault, output).isTrue();
      }
      if (happened) {
        faults.merge(fault, 1, Integer::sum);
      }
      disturbed += happened || executors + drivers > killed ? 1 : 0;
    } finally {
      life.destroyForcibly().waitFor();
    }
  }

  /** Whether it ended before it was killed. */
  private boolean disturb(Process life, Path output, int lives) throws Exception {
    int spared = random.nextInt(EXECUTORS_PER_DRIVER + 1);
    while (awaitWork(life, output, lives)) {
      int millis = random.nextInt(MOST_MILLIS_BETWEEN_KILLS);
      if (life.waitFor(millis, TimeUnit.MILLISECONDS)) {
        break;
      }
      if (spared-- == 0) {
        life.destroyForcibly().waitFor();
        drivers++;
        return false;
      }
      killAnExecutor();
    }
    assertThat(life.waitFor(SparkCluster.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return true;
  }

  private void killAnExecutor() {
    List<ProcessHandle> living = cluster.executors();
    if (!living.isEmpty() && living.get(random.nextInt(living.size())).destroyForcibly()) {
      executors++;
    }
  }

  /** Until the life is recorded and executors are there: before, a kill breaks nothing. */
  private boolean awaitWork(Process driver, Path output, int lives) throws Exception {
    while (driver.isAlive()
        && (cluster.executors().isEmpty() || OutputCheck.lives(output) == lives)) {
      Thread.sleep(20);
    }
    return driver.isAlive();
  }

  /** How many of each kind have happened. */
  @Override
  public String toString() {
    String broken =
        faults.entrySet().stream()
            .map(fault -> fault.getValue() + " " + fault.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return "%d of %d starts disturbed: %d executors and %d drivers killed; %s"
        .formatted(disturbed, starts, executors, drivers, broken.isEmpty() ? "no fault" : broken)
        .replace('_', ' ');
  }
}
