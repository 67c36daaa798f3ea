package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Spark task that is cancelled gives back what it holds of the engine, amid a document. */
class TestCancelledTasks {
  private static final int WORDS = 6_000; // of five tokens
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir static Path folder;

  @Test
  void cancelledTaskReleasesMemoryAndEngine() throws Exception {
    SparkContext spark = Inputs.spark().sparkContext();
    String text = "word ".repeat(WORDS);
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, text string",
            Inputs.row("a", text),
            Inputs.row("b", text));
    Path output = folder.resolve("out");
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<List<ArrowRow>> run =
          caller.submit(
              () -> {
                spark.setJobGroup("cancelled", "a run that is cancelled", true);
                return new RunBuilder(output).input(input).partitions(2).run(Inputs.spark());
              });
      await(reading -> reading.cacheBytes() > 0);
      spark.cancelJobGroup("cancelled");
      assertThatThrownBy(() -> run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .hasStackTraceContaining("cancelled");
    } finally {
      caller.shutdownNow();
    }
    await(reading -> reading.cacheBytes() == 0);
    ExecutorEngine.closeAll(PATIENCE);
    assertThat(ExecutorEngine.reading().enginesOpen()).isZero();
    assertThat(output.resolve("manifest.json")).doesNotExist();
    assertThat(Files.exists(output.resolve("results"))).isFalse();
  }

  private static void await(Predicate<ExecutorReading> state) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!state.test(ExecutorEngine.reading())) {
      assertThat(System.nanoTime()).as("%s", ExecutorEngine.reading()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
