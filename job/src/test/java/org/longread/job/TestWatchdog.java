package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.OnSuspicion;
import org.longread.job.task.DocumentException;
import org.longread.job.task.OutputTask.Answered;
import org.longread.job.task.ResultRow;
import org.longread.kernels.EngineStats;
import org.longread.kernels.SelectionsSeen;
import org.longread.kernels.SelectionsSeen.OfLayer;

/** What the watchdog says of answers, and what a run makes of it. */
class TestWatchdog {
  private static final SelectionsSeen GOOD = seen(9, 8, 1);

  @TempDir Path folder;

  @Test
  void selectionsThatAreAllTheNewestOrAllTheOldestAreWarnedOf() throws Exception {
    Watchdog warns = new Watchdog(OnSuspicion.WARN, 0);
    assertThat(warns.check(answered(0.1, seen(9, 9, 1))).orElseThrow())
        .contains("all 9 selections looked at are just the newest tokens");
    assertThat(warns.check(answered(0.1, seen(9, 0, 9))).orElseThrow())
        .contains("just the oldest tokens");
    assertThat(warns.check(answered(0.1, GOOD))).isEmpty();
    assertThat(warns.check(answered(0.1, seen(0, 0, 0)))).isEmpty();
  }

  @Test
  void capturedMassBelowTheFloorIsWarnedOfWhereItWasSampled() throws Exception {
    Watchdog warns = new Watchdog(OnSuspicion.WARN, 0.5);
    assertThat(warns.check(answered(0.499, GOOD)).orElseThrow()).contains("0.4990", "0.5 or more");
    assertThat(warns.check(answered(0.5, GOOD))).isEmpty();
    Answered unsampled =
        new Answered(List.of(row(OptionalDouble.empty())), 0, EngineStats.NONE, GOOD);
    assertThat(warns.check(unsampled)).isEmpty();
  }

  @Test
  void theSameIsAnErrorOrNothingByPolicy() throws Exception {
    Answered wrong = answered(0.1, seen(9, 9, 0));
    assertThatThrownBy(() -> new Watchdog(OnSuspicion.ERROR, 0).check(wrong))
        .isInstanceOfSatisfying(
            DocumentException.class, e -> assertThat(e.code()).isEqualTo("selection_pattern"));
    assertThatThrownBy(() -> new Watchdog(OnSuspicion.ERROR, 0.2).check(answered(0.1, GOOD)))
        .isInstanceOfSatisfying(
            DocumentException.class, e -> assertThat(e.code()).isEqualTo("captured_mass_low"));
    assertThat(new Watchdog(OnSuspicion.OFF, 1).check(wrong)).isEmpty();
  }

  @Test
  void aRunWarnsOrWritesErrorRowsAndTheOtherRowsAreTheSame() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string",
            Inputs.row("long", "In the beginning. ".repeat(40)),
            Inputs.row("short", "Let there be light"));
    List<ArrowRow> plain = run("plain", input, OnSuspicion.OFF).run(Inputs.spark());
    RunBuilder warned = run("warned", input, OnSuspicion.WARN);
    RunSummary summary = InferenceJob.run(Inputs.spark(), warned.conf());
    List<ArrowRow> refused = run("refused", input, OnSuspicion.ERROR).run(Inputs.spark());

    assertThat(warned.results()).isEqualTo(plain);
    assertThat(summary.suspicions().documents()).isEqualTo(1);
    assertThat(summary.suspicions().examples().get(0)).startsWith("document long: Cannot trust");
    assertThat(refused.get(0).text("error_code")).isEqualTo("captured_mass_low");
    assertThat(refused.get(1)).isEqualTo(plain.get(1));
  }

  private static SelectionsSeen seen(long rows, long newest, long oldest) {
    return new SelectionsSeen(List.of(new OfLayer(rows, newest, oldest)));
  }

  @Test
  void oneLayerThatDoesNotSelectIsWarnedOfOnceEnoughWasSeenOfIt() throws Exception {
    Watchdog warns = new Watchdog(OnSuspicion.WARN, 0);
    OfLayer good = new OfLayer(16, 15, 0);
    OfLayer bad = new OfLayer(16, 16, 0);
    assertThat(warns.check(answered(1, new SelectionsSeen(List.of(good, bad)))).orElseThrow())
        .contains("all 16 selections of layer 1 looked at are just the newest tokens");
    OfLayer few = new OfLayer(15, 15, 0);
    assertThat(warns.check(answered(1, new SelectionsSeen(List.of(good, few))))).isEmpty();
  }

  @Test
  void capturedMassThatIsNoNumberIsNotEnough() throws Exception {
    assertThat(new Watchdog(OnSuspicion.WARN, 0).check(answered(Double.NaN, GOOD)).orElseThrow())
        .contains("captures NaN of dense attention");
  }

  @Test
  void whatWasWarnedOfIsInTheManifestAndStaysThereWhenTheRunIsResumed() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string",
            Inputs.row("a", "In the beginning. ".repeat(40)),
            Inputs.row("b", "And there was light. ".repeat(40)));
    Path output = folder.resolve("resumed");
    RunBuilder run =
        run("resumed", input, OnSuspicion.WARN)
            .partitions(1)
            .resume(JobConf.Resume.RETRY_FAILED, 0);
    FaultyFileSystem.configure(Inputs.spark().sparkContext().hadoopConfiguration());
    FaultyFileSystem.broken = (operation, path) -> path.getName().matches("\\d+-1-answered.arrow");
    try {
      assertThatThrownBy(
              () -> InferenceJob.run(Inputs.spark(), run.through(FaultyFileSystem.SCHEME).conf()))
          .isInstanceOf(FailedRunException.class);
    } finally {
      FaultyFileSystem.repair();
    }
    RunSummary resumed = InferenceJob.run(Inputs.spark(), run.conf());
    assertThat(resumed.documentsBefore()).isEqualTo(1);
    assertThat(resumed.suspicions().documents()).isEqualTo(2);
    assertThat(OutputCheck.manifest(output).suspicions()).isEqualTo(resumed.suspicions());
    assertThat(InferenceJob.run(Inputs.spark(), run.conf()).suspicions())
        .as("of a run that was complete already")
        .isEqualTo(resumed.suspicions());
  }

  private RunBuilder run(String output, Path input, OnSuspicion policy) {
    return new RunBuilder(folder.resolve(output)).input(input).sampleQuality(1).watchdog(policy, 1);
  }

  private static Answered answered(double capturedMass, SelectionsSeen seen) {
    return new Answered(List.of(row(OptionalDouble.of(capturedMass))), 0, EngineStats.NONE, seen);
  }

  private static ResultRow row(OptionalDouble capturedMass) {
    return new ResultRow(
        "a",
        0,
        1,
        0,
        false,
        new ResultRow.Embedded(new float[1]),
        List.of(),
        capturedMass,
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }
}
