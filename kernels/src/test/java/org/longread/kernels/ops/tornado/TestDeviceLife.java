package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.ScalarOps;
import org.longread.kernels.ops.TokenPages;

/** A device over a long life: nothing grows, threads do not disturb each other. */
@Tag("device")
class TestDeviceLife {
  private static final int HEADS = 2;
  private static final int DIM = 16;
  private static final int TOP_K = 8;
  private static final int LONGEST = 600;

  private final ScalarOps reference = new ScalarOps();

  @Test
  void tenThousandExecutionsOfChangingLengthLeaveNothingBehind() throws Exception {
    try (DeviceOps ops = (DeviceOps) new DeviceBackend().open(DeviceRequest.ANY)) {
      TokenPages keys = keys(1);
      Random random = new Random(2);
      run(ops, keys, random, 2_000);
      long heap = heapBytes();
      long resident = residentBytes();
      long made = ops.plans().made();
      run(ops, keys, random, 10_000);
      assertThat(ops.plans().size()).isEqualTo(1);
      // One renewal: TornadoVM keeps a little of each execution, so a plan is made anew in time.
      assertThat(ops.plans().made() - made).isLessThanOrEqualTo(2);
      assertThat(heapBytes() - heap).isLessThan(40L << 20);
      assertThat(residentBytes() - resident).isLessThan(200L << 20);
    }
  }

  private void run(DeviceOps ops, TokenPages keys, Random random, int executions) {
    for (int n = 0; n < executions; n++) {
      int rows = 1 + random.nextInt(4);
      int length = rows + random.nextInt(LONGEST - rows);
      int[] selected = new int[rows * TOP_K];
      ops.select(tile(length, rows, n), keys, TOP_K, selected);
      assertThat(selected[0]).isNotNegative();
    }
  }

  @Test
  void eightThreadsAtOnceGetTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (DeviceOps ops = (DeviceOps) new DeviceBackend().open(DeviceRequest.ANY)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int seed = t;
        all.add(threads.submit(() -> compare(ops, seed)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void compare(DeviceOps ops, int seed) {
    TokenPages keys = keys(seed);
    Random random = new Random(seed);
    for (int n = 0; n < 40; n++) {
      int rows = 1 + random.nextInt(4);
      int length = rows + random.nextInt(LONGEST - rows);
      IndexQueries tile = tile(length, rows, n);
      int[] selected = new int[rows * TOP_K];
      ops.select(tile, keys, TOP_K, selected);
      float[] scores = new float[rows * length];
      int[] expected = new int[rows * TOP_K];
      reference.indexScores(tile, keys, Rows.of(scores, length));
      reference.selectTopK(Rows.of(scores, length), rows, tile.visible(0), TOP_K, expected);
      assertThat(selected).as("thread %d, call %d", seed, n).isEqualTo(expected);
    }
  }

  private static TokenPages keys(int seed) {
    Random random = new Random(seed);
    TokenPages keys = new TokenPages(DIM, TokenPages.Layout.LANES);
    float[] key = new float[DIM];
    for (int s = 0; s < LONGEST; s++) {
      for (int d = 0; d < DIM; d++) {
        key[d] = (float) random.nextGaussian();
      }
      keys.append(key, 0);
    }
    return keys;
  }

  private static IndexQueries tile(int length, int rows, int seed) {
    Random random = new Random(seed);
    float[] queries = new float[rows * HEADS * DIM];
    float[] weights = new float[rows * HEADS];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return new IndexQueries(
        Rows.of(queries, HEADS * DIM), Rows.of(weights, HEADS), rows, HEADS, DIM, length - rows);
  }

  private static long heapBytes() {
    for (int n = 0; n < 3; n++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long residentBytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no VmRSS");
  }
}
