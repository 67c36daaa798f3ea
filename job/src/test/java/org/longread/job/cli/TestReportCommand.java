package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page from the command line. */
class TestReportCommand {
  private static final Path DEMO =
      Path.of("").toAbsolutePath().getParent().resolve("deploy").resolve("demo");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int main(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--master=local[2]"));
    arguments.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private Path output() {
    return folder.resolve("out");
  }

  private void runJob() {
    int status =
        main(
            "run",
            "--input=" + DEMO.resolve("documents"),
            "--output=" + output(),
            "--model=" + DEMO.resolve("model"),
            "--task=embed",
            "--on-too-long=head",
            "--max-document-tokens=200");
    assertThat(status).as("%s", err).isZero();
  }

  @Test
  void finishedRunGetsAPage() throws Exception {
    runJob();
    assertThat(main("report", output().toString(), "--documents=5")).as("%s", err).isZero();
    assertThat(out.toString()).endsWith(output().resolve("report.html") + "\n");
    String page = Files.readString(output().resolve("report.html"));
    assertThat(page).startsWith("<!DOCTYPE html>").contains("28 vectors from 28 documents");
    assertThat(page.split("<article", -1)).hasSize(6);

    Path elsewhere = folder.resolve("page.html");
    String[] again = {output().toString(), "--documents=5", "--to=" + elsewhere};
    assertThat(main("report", again)).isZero();
    assertThat(Files.readString(elsewhere)).isEqualTo(page);
  }

  @Test
  void inputNamedByHandMustBeThere() {
    runJob();
    assertThat(main("report", output().toString(), "--input=no/such")).isEqualTo(2);
    assertThat(err.toString()).contains("Cannot read input no/such");
    assertThat(output().resolve("report.html")).doesNotExist();
  }

  @Test
  void folderWithoutManifestIsStatusTwo() throws Exception {
    Files.createDirectories(output().resolve("results"));
    assertThat(main("report", output().toString())).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("longread: Cannot report on ")
        .contains("no manifest.json there", "longread run")
        .hasLineCount(1);
  }

  @Test
  void brokenOutputsAreStatusTwo() throws Exception {
    runJob();
    Path manifest = output().resolve("manifest.json");
    String whole = Files.readString(manifest);
    Path table;
    try (var files = Files.list(output().resolve("results"))) {
      table = files.filter(file -> file.toString().endsWith(".arrow")).findFirst().orElseThrow();
    }
    Files.delete(table.resolveSibling("." + table.getFileName() + ".crc"));
    Files.write(table, new byte[100]);
    assertThat(main("report", output().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("Cannot read ", table.getFileName().toString());

    Files.delete(manifest.resolveSibling(".manifest.json.crc"));
    Files.writeString(
        manifest, whole.replace("\"schema_version\" : \"1\"", "\"schema_version\" : \"9\""));
    assertThat(main("report", output().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid schema_version").contains(": 9 (expected 1)");
    Files.writeString(manifest, "{\"schema_version\" : \"1\"}");
    assertThat(main("report", output().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("it lacks counts");
    Files.writeString(manifest, whole.substring(0, 100));
    assertThat(main("report", output().toString())).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid manifest");
  }

  @Test
  void documentsHaveABound() {
    assertThat(main("report", "x", "--documents=1001")).isEqualTo(2);
    assertThat(err.toString()).contains("Invalid --documents: 1001 (expected 0 to 1000)");
  }
}
