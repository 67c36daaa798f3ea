package org.longread.job.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.ExecutorLife;
import org.longread.job.InferenceJob;
import org.longread.job.Inputs;
import org.longread.job.InvalidRunException;
import org.longread.job.RunSummary;

/** The plugin in this JVM, and on two executors in JVMs of their own. */
class TestLongreadPlugin {
  private static final long PATIENCE_SECONDS = 300;

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void write() {
    input =
        Inputs.write(
            folder.resolve("in"),
            4,
            "id string, text string",
            Inputs.row("a", "In the beginning"),
            Inputs.row("b", "And it came to pass"),
            Inputs.row("c", null),
            Inputs.row("d", "Let there be light"));
    Inputs.spark().stop();
  }

  @Test
  void gaugesMoveAndTheEngineIsClosedAtTheEnd() throws Exception {
    Map<String, Double> before;
    Map<String, Double> after;
    RunSummary summary;
    try (SparkSession spark = PluginRun.session("local[2]", PluginRun.MODEL.toString())) {
      assertThat(ExecutorLife.reading().enginesOpen()).as("opened before any run").isEqualTo(1);
      before = PrometheusPage.await(spark, values -> values.get("enginesOpen") == 1);
      summary = InferenceJob.run(spark, PluginRun.conf(input, folder.resolve("out")));
      assertThat(ExecutorLife.reading().enginesOpen()).as("the same engine").isEqualTo(1);
      double done = before.get("documentsDone") + 3;
      after = PrometheusPage.await(spark, values -> values.get("documentsDone") == done);
    }
    assertThat(before).containsEntry("executors", 1.0).containsEntry("enginesOpen", 1.0);
    assertThat(after.get("tokensRead") - before.get("tokensRead"))
        .isEqualTo((double) summary.inputTokens())
        .isPositive();
    assertThat(after.get("documentsDone") - before.get("documentsDone")).isEqualTo(3);
    assertThat(after.get("documentsFailed") - before.get("documentsFailed")).isEqualTo(1);
    assertThat(after.get("tokensPerSecond")).isPositive();
    assertThat(after).containsEntry("documentsWaiting", 0.0).containsEntry("cacheBytes", 0.0);
    assertThat(after.get("executor_driver_tokensRead")).isEqualTo(after.get("tokensRead"));
    assertThat(ExecutorLife.reading().enginesOpen()).as("closed with Spark").isZero();
  }

  @Test
  void withoutAModelNothingIsOpenUntilTheFirstTask() throws Exception {
    try (SparkSession spark = PluginRun.session("local[2]", "")) {
      ExecutorLife.close(Duration.ofSeconds(PATIENCE_SECONDS));
      assertThat(ExecutorLife.reading().enginesOpen()).isZero();
      InferenceJob.run(spark, PluginRun.conf(input, folder.resolve("out")));
      assertThat(ExecutorLife.reading().enginesOpen()).isEqualTo(1);
    }
    assertThat(ExecutorLife.reading().enginesOpen()).isZero();
  }

  @Test
  void aModelThatIsNotThereIsRefusedWhenSparkStarts() {
    assertThatThrownBy(() -> PluginRun.session("local[2]", folder.resolve("none").toString()))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("Cannot open model")
        .hasMessageContaining("none");
  }

  @Test
  void executorsInOtherJvmsReportToTheDriver() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home/jars")).getParent();
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            PluginRun.class.getName(),
            "local-cluster[2,1,1024]",
            input.toString(),
            folder.resolve("cluster").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_WORKER_DIR", folder.resolve("work").toString());
    Process run = builder.redirectOutput(new File(log.toString())).start();
    assertThat(run.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as(Files.readString(log)).isZero();
  }
}
