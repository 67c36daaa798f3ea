package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.longread.job.ExecutorHealth;
import org.longread.job.RunSummary;
import org.longread.job.Suspicions;
import org.longread.kernels.EngineStats;

class TestRunReport {
  @Test
  void firstLineSumsUpAndTheRestSaysWhatItTook() {
    List<String> lines = print(run(12, 0, 2_000_000_000L, OptionalDouble.of(0.12345)));
    assertThat(lines.get(0)).isEqualTo("15 rows for 12 documents in 2.0 s, 3 failed");
    assertThat(lines)
        .contains(
            "  tokens      9,000 read, 1,000 written, 5,000 per second",
            "  backend     cpu on a chip",
            "  cost        0.1235 USD",
            "  results     out/results/*.arrow",
            "  statistics  out/stats/*.arrow",
            "  manifest    out/manifest.json");
  }

  @Test
  void noCostIsMadeUp() {
    assertThat(print(run(12, 0, 2_000_000_000L, OptionalDouble.empty())))
        .noneMatch(line -> line.contains("cost"));
  }

  @Test
  void whatWasDoneBeforeIsSaid() {
    assertThat(print(run(12, 7, 2_000_000_000L, OptionalDouble.empty())))
        .contains("  resumed     7 documents were done before");
    assertThat(print(run(12, 12, 0, OptionalDouble.empty())).get(0))
        .isEqualTo("Complete already: 15 rows for 12 documents, 3 failed; nothing was computed");
  }

  private static RunSummary run(
      long documents, long before, long wallNanos, OptionalDouble costUsd) {
    return new RunSummary(
        "id",
        documents,
        before,
        15,
        3,
        9_000,
        1_000,
        wallNanos,
        costUsd,
        List.of("cpu on a chip"),
        EngineStats.NONE,
        new ExecutorHealth(0, 0, List.of()),
        new Suspicions(0, List.of()));
  }

  private static List<String> print(RunSummary run) {
    StringWriter words = new StringWriter();
    RunReport.print(run, "out", new PrintWriter(words));
    return words.toString().lines().toList();
  }
}
