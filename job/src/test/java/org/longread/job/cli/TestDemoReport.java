package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.longread.job.ExecutorHealth;
import org.longread.job.RunSummary;
import org.longread.job.Suspicions;
import org.longread.kernels.EngineStats;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.Stage;

/** What the demo says, from results made up here. */
class TestDemoReport {
  private static final String TEXT =
      "In the beginning \uD83D\uDE00 there was a word. ".repeat(8)
          + "The access code of Merthok: 13072. "
          + "And the word was long and winding. ".repeat(8);

  private static final DemoQuestion QUESTION =
      new DemoQuestion(
          "needle-01k-00",
          0,
          1,
          "A tale",
          TEXT,
          "\nQuestion: What is the access code of Merthok? Answer: ",
          "13072");

  private static DemoAnswer answer(String text) {
    int start = TEXT.codePointCount(0, TEXT.indexOf("13072"));
    Map<String, Object> span = Map.of("start", (long) start, "end", start + 5L, "weight", 0.5f);
    return new DemoAnswer(
        QUESTION,
        Map.of(
            "text",
            text,
            "prompt_tokens",
            1001L,
            "captured_mass",
            0.9f,
            "selection_recall",
            0.8f,
            "evidence",
            List.of(span)));
  }

  private static DemoRun run(String answer, long nanosPerStage) {
    Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      nanos.put(stage, nanosPerStage);
    }
    EngineStats stats =
        new EngineStats(
            1001, nanos, nanos, 5, 1000, 64, DeviceWork.NONE, 0, StreamedWeights.Work.NONE);
    RunSummary summary =
        new RunSummary(
            "id",
            1,
            0,
            1,
            0,
            1001,
            5,
            1_000_000_000,
            OptionalDouble.empty(),
            List.of("cpu"),
            stats,
            new ExecutorHealth(0, 0, List.of()),
            new Suspicions(0, List.of()));
    return new DemoRun(summary, List.of(answer(answer)), "scalar (one lane)");
  }

  private static String report(String sparse, String dense) {
    Path home = Path.of("").toAbsolutePath().getParent();
    Path model = home.resolve("deploy").resolve("demo").resolve("model");
    CostModel cost = new CostModel(CheckpointInventory.check(model).config());
    StringWriter text = new StringWriter();
    new DemoReport(run(sparse, 500_000_000), run(dense, 1_000_000_000), cost, Ink.plain())
        .print(Path.of("home"), new PrintWriter(text));
    return text.toString();
  }

  @Test
  void marksTheEvidenceInItsText() {
    assertThat(report("13072", "13072")).contains("access code of Merthok: [13072]. And the word");
  }

  @Test
  void tellsRightFromWrong() {
    String report = report("13072", "1307");
    assertThat(report).contains("What is the access code of Merthok?  13072  right");
    assertThat(report).containsPattern("1K +1 +100 % +0 % ");
    assertThat(answer("130725").isRight()).isFalse();
    assertThat(answer("13072 and more").isRight()).isTrue();
    assertThat(answer("").isRight()).isFalse();
  }

  @Test
  void givesShareAndSpeedByStage() {
    assertThat(report("13072", "13072"))
        .containsPattern("selection +0\\.5 s +17 % +2,012 +1\\.0 s +17 % +1,006")
        .containsPattern("time in indexer, selection and attention +1\\.5 s +3\\.0 s +2\\.0x")
        .contains("held 90 % of dense attention's probability and 80 % of its best keys");
  }

  @Test
  void fitsATerminal() {
    assertThat(report("13072", "13072").lines().filter(line -> !line.contains("ds.dataset")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }
}
