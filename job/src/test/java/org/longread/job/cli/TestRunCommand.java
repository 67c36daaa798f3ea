package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.write.ArrowTables;

/** The job from the command line: what it prints, leaves behind and ends with. */
class TestRunCommand {
  private static final Path DEMO =
      Path.of("").toAbsolutePath().getParent().resolve("deploy").resolve("demo");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs the job on the bundled documents, at most 200 tokens of each. */
  private int run(String... more) {
    return run(DEMO.resolve("model"), more);
  }

  private int run(Path model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--master=local[2]",
                "--input=" + DEMO.resolve("documents"),
                "--output=" + output(),
                "--model=" + model,
                "--task=embed",
                "--max-document-tokens=200"));
    arguments.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out), new PrintWriter(err, true), arguments.toArray(new String[0]));
  }

  private Path output() {
    return folder.resolve("out");
  }

  @Test
  void finishedRunSaysWhatItDid() {
    assertThat(run("--on-too-long=head")).as("%s", err).isZero();
    assertThat(out.toString())
        .startsWith("28 rows for 28 documents in")
        .contains("none failed", "tokens", "FLOPs", output() + "/manifest.json")
        .containsPattern("\n  memory      [0-9.]+ MiB planned per executor")
        .containsPattern("\n  backend     (cpu|scalar) on [^\n;]+ lanes?\n");
    List<Object> ids = new ArrayList<>();
    ArrowTables.forEachRow(output().resolve("results"), row -> ids.add(row.get("doc_id")));
    assertThat(ids).hasSize(28).contains("text-james", "needle-01k-00");
  }

  @Test
  void moreFailedRowsThanToleratedIsStatusThree() {
    assertThat(run()).isEqualTo(3);
    assertThat(err.toString()).contains("28 of 28 rows failed (max-failed-fraction is 0.0)");
    assertThat(output().resolve("manifest.json")).exists();
  }

  @Test
  void toleratedFailuresAreStatusZero() {
    assertThat(run("--max-failed-fraction=1")).as("%s", err).isZero();
  }

  @Test
  void aBrokenModelIsStatusTwoBeforeSparkStarts() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.copy(DEMO.resolve("model/config.json"), model.resolve("config.json"));
    Files.write(model.resolve("model.safetensors"), new byte[] {0, 0, 0, 0, 0, 0, 0, 16});
    assertThat(run(model, "--conf=spark.driver.port=no-number")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("longread: Cannot read " + model.resolve("model.safetensors"))
        .contains("header length 1152921504606846976")
        .hasLineCount(1);
  }

  @Test
  void missingColumnIsStatusTwoAndLeavesNothing() {
    assertThat(run("--text-column=body")).isEqualTo(2);
    assertThat(err.toString()).startsWith("longread: Invalid text-column: body").hasLineCount(1);
    assertThat(Files.exists(output())).isFalse();
  }
}
