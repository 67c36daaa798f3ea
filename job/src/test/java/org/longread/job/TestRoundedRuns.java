package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.kernels.WeightsMode;
import org.longread.kernels.checkpoint.SyntheticCheckpoint;
import org.longread.kernels.ops.ComputePrecision;

/** Runs with compute-precision fp8. */
class TestRoundedRuns {
  private static final int VOCABULARY = 300;
  private static final Map<String, Integer> SMALL =
      Map.of(
          "hidden_size", 128,
          "num_hidden_layers", 2,
          "vocab_size", VOCABULARY,
          "index_topk", 16,
          "n_routed_experts", 16,
          "moe_intermediate_size", 64,
          "intermediate_size", 192);

  @TempDir Path folder;
  private Path model;
  private Path input;

  @BeforeEach
  void writeModelAndInput() {
    model = SyntheticCheckpoint.write(folder.resolve("model"), SMALL, 1_000_000);
    input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, tokens array<long>",
            Inputs.row("a", tokens(1, 40)),
            Inputs.row("b", tokens(2, 9)),
            Inputs.row("c", tokens(3, 70)));
  }

  private static List<Long> tokens(int seed, int count) {
    return new Random(seed).longs(count, 0, VOCABULARY).boxed().toList();
  }

  private List<ArrowRow> run(
      String output, ComputePrecision precision, WeightsMode weights, int parts) throws Exception {
    return new RunBuilder(folder.resolve(output))
        .model(model)
        .input(input)
        .tokens("tokens")
        .task(JobConf.Task.SCORE)
        .computePrecision(precision)
        .weights(weights)
        .partitions(parts)
        .run(Inputs.spark());
  }

  @Test
  void roundingChangesScoresAndNothingElseDoes() throws Exception {
    List<ArrowRow> exact = run("f32", ComputePrecision.F32, WeightsMode.RESIDENT, 1);
    List<ArrowRow> rounded = run("fp8", ComputePrecision.FP8, WeightsMode.RESIDENT, 1);
    List<ArrowRow> streamed = run("streamed", ComputePrecision.FP8, WeightsMode.STREAMED, 3);
    assertThat(streamed).isEqualTo(rounded).hasSize(3).isNotEqualTo(exact);
    for (int i = 0; i < exact.size(); i++) {
      assertThat(rounded.get(i).text("status")).isEqualTo("ok");
      double sum = exact.get(i).number("log_prob_sum");
      assertThat(rounded.get(i).number("log_prob_sum")).isBetween(sum * 1.2, sum * 0.8);
    }
  }
}
