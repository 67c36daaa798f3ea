package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.InvalidRunException;
import org.longread.job.JobOption;
import org.longread.job.JobOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What people type, what they read back, and the status the process ends with. */
class TestMain {
  private record Outcome(int status, String out, String err) {}

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err, true), arguments);
    return new Outcome(status, out.toString(), err.toString());
  }

  @Test
  void withoutACommandUsageIsShown() {
    Outcome outcome = run();
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("Usage: longread", "demo", "run", "inspect", "doctor");
  }

  @Test
  void unknownCommandNamesTheNearest() {
    Outcome outcome = run("inspekt", "model");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("longread: Invalid command: inspekt (unknown; did you mean inspect?)")
        .doesNotContain("\tat ");
  }

  @Test
  void unknownOptionNamesTheNearest() {
    Outcome outcome = run("run", "--temprature=0");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith(
            "longread: Invalid option: --temprature (unknown; did you mean --temperature?)");
  }

  @Test
  void invalidRunIsStatusTwoAndOneLinePerMistake() {
    Outcome outcome = run("run", "--input=a", "--output=b", "--model=c", "--task=x", "--top-k=y");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err().lines())
        .containsExactlyInAnyOrder(
            "longread: Invalid task: x (expected generate, score or embed) on the command line",
            "longread: Invalid top-k: y (expected an integer of 0 or more) on the command line");
  }

  @Test
  void sparkConfIsASourceOfOptions() {
    Outcome outcome = run("run", "--conf", "spark.longread.topk=3");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("Invalid option: topk (unknown; did you mean top-k?) in Spark conf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "verify"})
  void missingFolderIsStatusTwo(String command) {
    Outcome outcome = run(command, "no/such/folder");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("longread: ").contains("no/such/folder").hasLineCount(1);
  }

  @Test
  void inspectShowsNoLengthThatTheModelCannotRead() {
    Outcome outcome = run("inspect", "../deploy/demo/model");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains(
            "positions   32,768", "  1K ", "  16K ", "  32K ", "cache per token, index keys int8")
        .doesNotContain("64K", "128K");
    assertThat(run("inspect", "../kernels/src/test/resources/golden/models/m1-bf16-sparse").out())
        .contains("  1K ")
        .doesNotContain("2K ");
  }

  @Test
  void versionNamesThePlatform() {
    Outcome outcome = run("--version");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).matches("(?s)longread \\d+\\.\\d+\\.\\d+ \\(Spark 4.*, JDK .*");
  }

  @Test
  void everyCommandHelps() {
    CommandLine main = Main.commandLine();
    assertThat(main.getSubcommands().keySet())
        .containsExactlyInAnyOrder(
            "demo",
            "run",
            "bench",
            "report",
            "inspect",
            "verify",
            "doctor",
            "options",
            "make-checkpoint");
    main.getSubcommands()
        .forEach(
            (name, command) -> {
              Outcome outcome = run(name, "--help");
              assertThat(outcome.status()).as(name).isZero();
              assertThat(outcome.out()).as(name).contains("Usage: longread " + name);
              List<OptionSpec> options = command.getCommandSpec().options();
              assertThat(outcome.out())
                  .as(name)
                  .contains(options.stream().map(OptionSpec::longestName).toList());
              assertThat(outcome.out().lines().mapToInt(String::length).max().orElse(0))
                  .as("width of %s", name)
                  .isLessThanOrEqualTo(100);
            });
  }

  @Test
  void runTakesEveryOption() {
    Outcome outcome = run("run", "--help");
    for (JobOption<?> option : JobOptions.all()) {
      assertThat(outcome.out()).contains("--" + option.name() + "=");
    }
  }

  @Test
  void statusFollowsFromTheFailure() {
    assertThat(ExitStatus.of(new InvalidRunException("x"))).isEqualTo(ExitStatus.INVALID);
    assertThat(ExitStatus.of(new IllegalStateException(new InvalidRunException("x"))))
        .isEqualTo(ExitStatus.INVALID);
    assertThat(ExitStatus.of(new IllegalStateException("x"))).isEqualTo(ExitStatus.FAILED);
  }

  @Test
  void failureIsDescribedByItsRoot() {
    Exception aborted =
        new IllegalStateException(
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 1 times, most recent"
                + " failure: Lost task 0.0 in stage 1.0 (TID 1) (host1 executor 2):"
                + " java.io.IOException: disk full\n\tat somewhere");
    assertThat(Failure.describe(aborted))
        .isEqualTo("Cannot finish: java.io.IOException: disk full (host1 executor 2)");
    assertThat(Failure.describe(new RuntimeException(new java.io.IOException("disk full"))))
        .isEqualTo("Cannot finish: IOException: disk full");
    assertThat(
            Failure.describe(new RuntimeException("x", new IllegalStateException("Cannot y: z"))))
        .isEqualTo("Cannot y: z");
  }
}
