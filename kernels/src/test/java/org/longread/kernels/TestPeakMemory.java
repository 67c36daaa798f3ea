package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.kernels.checkpoint.RandomCheckpoint;

/** Peak resident memory of a JVM that reads a document, against the plan. */
class TestPeakMemory {
  /** What the plan may be missed by. */
  private static final double TOLERANCE = 1.15;

  private static final Pattern FIGURES = Pattern.compile("planned (\\d+) peak (\\d+) held (\\d+)");

  @TempDir Path folder;

  @Test
  void longDocumentStaysWithinThePlan() throws Exception {
    assertWithinPlan(TestData.demoModel(), 24_000);
  }

  /** The file, 260 MB, would count twice if it were mapped. */
  @Test
  void heavyWeightsStayWithinThePlan() throws Exception {
    Path model =
        RandomCheckpoint.write(
            folder.resolve("model"),
            TestData.demoModel(),
            Map.of("hidden_size", 1024, "moe_intermediate_size", 1024, "vocab_size", 16_000));
    assertWithinPlan(model, 512);
  }

  private static void assertWithinPlan(Path model, int tokens) throws Exception {
    assumeTrue(ResidentMemory.peakBytes().isPresent(), "no /proc: nothing to measure");
    Matcher figures = run(model, tokens);
    long planned = Long.parseLong(figures.group(1));
    long peak = Long.parseLong(figures.group(2));
    assertThat(peak / (double) planned).as("%s", figures.group()).isBetween(0.2, TOLERANCE);
    assertThat(Long.parseLong(figures.group(3))).isPositive();
  }

  private static Matcher run(Path model, int tokens) throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-XX:+UseParallelGC",
                    "-Xmn128m",
                    "-XX:ActiveProcessorCount=2",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PeakMemory.class.getName(),
                    model.toString(),
                    String.valueOf(tokens)))
            .redirectErrorStream(true)
            .start();
    String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(output).isZero();
    Matcher figures = FIGURES.matcher(output);
    assertThat(figures.find()).as(output).isTrue();
    return figures;
  }
}
