package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.longread.kernels.WeightsMode;

/** Runs with streamed weights give the rows of runs with resident ones. */
class TestStreamedRuns {
  private static final int NEEDLES = 5;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(JobConf.Task.class)
  void rowsAreThoseOfResidentWeightsAndStatisticsSayWhatWasRead(JobConf.Task task)
      throws Exception {
    Path input = Inputs.needles(folder.resolve("in"), NEEDLES);
    List<ArrowRow> resident = run(task, WeightsMode.RESIDENT, input).run(Inputs.spark());
    List<ArrowRow> streamed = run(task, WeightsMode.STREAMED, input).run(Inputs.spark());
    assertThat(streamed).isEqualTo(resident).hasSize(NEEDLES);
    assertThat(readBytes(WeightsMode.RESIDENT)).isZero();
    assertThat(readBytes(WeightsMode.STREAMED)).isPositive();
  }

  private RunBuilder run(JobConf.Task task, WeightsMode weights, Path input) {
    RunBuilder run = new RunBuilder(folder.resolve(weights.name())).task(task).input(input);
    return (task == JobConf.Task.GENERATE ? run.questions("questions").evidence(2) : run)
        .sampleQuality(0.1)
        .weights(weights)
        .partitions(2);
  }

  private long readBytes(WeightsMode weights) throws Exception {
    return ArrowRow.read(folder.resolve(weights.name()).resolve("stats")).stream()
        .mapToLong(row -> (long) row.number("weight_read_bytes"))
        .sum();
  }
}
