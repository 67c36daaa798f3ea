package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose Spark it is: a run inside another program's leaves it running, and ends its own. */
class TestSparks {
  private static final Path DEMO =
      Path.of("").toAbsolutePath().getParent().resolve("deploy").resolve("demo");

  @TempDir Path folder;

  private static SparkSession host() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  private void run() {
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "run",
            "--master=local[2]",
            "--input=" + DEMO.resolve("documents"),
            "--output=" + folder.resolve("out"),
            "--model=" + DEMO.resolve("model"),
            "--task=embed",
            "--max-document-tokens=50",
            "--on-too-long=head");
    assertThat(status).as("%s", err).isZero();
  }

  @AfterEach
  void forgetSessions() {
    SparkSession.clearActiveSession();
  }

  @Test
  void sessionOfAHostIsThereAfterARun() {
    SparkSession host = host();
    run();
    assertThat(host.sparkContext().isStopped()).isFalse();
    assertThat(host.range(3).count()).isEqualTo(3);
  }

  @Test
  void contextOfAHostWithoutASessionIsThereAfterARun() {
    SparkContext host = host().sparkContext();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    run();
    assertThat(host.isStopped()).isFalse();
  }

  @Test
  void sparkThatARunStartedEndsWithIt() {
    host().stop();
    run();
    assertThat(SparkEnv.get()).isNull();
  }
}
