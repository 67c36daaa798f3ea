package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password is in nothing that a command prints or writes. */
class TestPasswords {
  private static final String MARKER = "MARK3R-of-a-secret";
  private static final Path DEMO =
      Path.of("").toAbsolutePath().getParent().resolve("deploy").resolve("demo");

  @TempDir Path folder;

  @Test
  void aLocationThatCannotBeReadIsNamedWithoutIt() {
    StringWriter out = new StringWriter();
    int status = run(out, "nosuch://key:" + MARKER + "@host/documents");
    assertThat(status).as(out.toString()).isNotZero();
    assertThat(out.toString()).contains("nosuch").doesNotContain(MARKER);
  }

  @Test
  void aRunWritesNothingOfHadoopsKeys() throws IOException {
    StringWriter out = new StringWriter();
    assertThat(run(out, DEMO.resolve("documents").toString())).as(out.toString()).isZero();
    assertThat(out.toString()).doesNotContain(MARKER);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(MARKER);
      }
    }
    assertThat(folder.resolve("out").resolve("manifest.json")).exists();
  }

  private int run(StringWriter out, String input) {
    return Main.run(
        new PrintWriter(out),
        new PrintWriter(out),
        "run",
        "--master",
        "local[2]",
        "--conf",
        "spark.hadoop.fs.s3a.secret.key=" + MARKER,
        "--input",
        input,
        "--output",
        folder.resolve("out").toString(),
        "--model",
        DEMO.resolve("model").toString(),
        "--task",
        "embed",
        "--max-document-tokens",
        "64",
        "--on-too-long",
        "head");
  }
}
