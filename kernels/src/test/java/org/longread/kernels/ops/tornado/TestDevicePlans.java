package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.TokenPages;

/** What plans move and hold, on threads. */
class TestDevicePlans {
  private static final int DIM = 8;
  private static final int TOP_K = 4;
  private static final long PAGE_BYTES = 4L * TokenPages.PAGE * DIM;

  private final Random random = new Random(5);

  private static DeviceOps ops(long memoryBytes) {
    return new DeviceOps(
        new DeviceTarget(Optional.empty(), "threads", memoryBytes), new ScalarOps());
  }

  private TokenPages keys(int tokens) {
    TokenPages keys = new TokenPages(DIM, TokenPages.Layout.LANES);
    for (int s = 0; s < tokens; s++) {
      keys.append(values(DIM), 0);
    }
    return keys;
  }

  private IndexQueries step(int heads, int position) {
    return new IndexQueries(
        Rows.of(values(heads * DIM), heads * DIM),
        Rows.of(values(heads), heads),
        1,
        heads,
        DIM,
        position);
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void keysStayOnTheDeviceAndOnlyNewPagesMove() {
    try (DeviceOps ops = ops(1L << 30)) {
      TokenPages keys = keys(200);
      DeviceWork first = ops.select(step(1, 199), keys, TOP_K, new int[TOP_K]);
      DeviceWork second = ops.select(step(1, 199), keys, TOP_K, new int[TOP_K]);
      keys.append(values(DIM), 0);
      DeviceWork third = ops.select(step(1, 200), keys, TOP_K, new int[TOP_K]);
      assertThat(first.hostToDeviceBytes())
          .isGreaterThan(second.hostToDeviceBytes() + 4 * PAGE_BYTES);
      long grown = third.hostToDeviceBytes() - second.hostToDeviceBytes();
      assertThat(grown).isBetween(PAGE_BYTES, PAGE_BYTES + 100);
      assertThat(second.memoryBytes()).isEqualTo(ops.plans().bytes()).isPositive();
    }
  }

  @Test
  void shapesHaveAPlanEachAndNoMoreThanThePoolKeeps() {
    try (DeviceOps ops = ops(1L << 30)) {
      TokenPages keys = keys(3);
      for (int heads = 1; heads <= PlanPool.MOST_PLANS + 2; heads++) {
        ops.select(step(heads, 2), keys, TOP_K, new int[TOP_K]);
      }
      assertThat(ops.plans().size()).isEqualTo(PlanPool.MOST_PLANS);
      assertThat(ops.plans().made()).isEqualTo(PlanPool.MOST_PLANS + 2);
    }
  }

  @Test
  void planThatDoesNotFitIsRefusedWithTheWayOutAndLaterOnesRun() {
    try (DeviceOps ops = ops(1L << 10)) {
      assertThatThrownBy(() -> ops.select(step(1, 2), keys(3), TOP_K, new int[TOP_K]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("threads")
          .hasMessageContaining("1024 or less")
          .hasMessageContaining("memory-limit");
    }
  }

  @Test
  void longerSequencesGetALargerPlan() {
    try (DeviceOps ops = ops(1L << 30)) {
      ops.select(step(1, 2), keys(3), TOP_K, new int[TOP_K]);
      long small = ops.plans().bytes();
      int[] selected = new int[TOP_K];
      float[] scores = new float[16_500];
      TokenPages keys = keys(16_500);
      IndexQueries step = step(1, 16_499);
      ops.select(step, keys, TOP_K, selected);
      new ScalarOps().indexScores(step, keys, Rows.of(scores, scores.length));
      int[] expected = new int[TOP_K];
      new ScalarOps().selectTopK(Rows.of(scores, scores.length), 1, 16_500, TOP_K, expected);
      assertThat(selected).isEqualTo(expected);
      assertThat(ops.plans().size()).isEqualTo(1);
      assertThat(ops.plans().bytes()).isGreaterThan(small);
      assertThat(Arrays.stream(selected).max().getAsInt()).isLessThan(16_500);
    }
  }
}
