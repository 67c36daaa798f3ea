package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestBinPacking {
  @Test
  void heavyTailsArePackedEvenly() {
    Random random = new Random(7);
    double[] costs =
        IntStream.range(0, 5_000)
            .mapToDouble(
                i -> i % 33 == 0 ? 8_000 + random.nextInt(12_000) : 50 + random.nextInt(400))
            .map(Math::rint)
            .map(cost -> -cost)
            .sorted()
            .map(cost -> -cost)
            .toArray();
    double[] loads = BinPacking.loads(costs, BinPacking.longestFirst(costs, 64), 64);
    double mean = Arrays.stream(loads).average().orElseThrow();
    assertThat(Arrays.stream(loads).max().orElseThrow()).isLessThan(1.02 * mean);
  }

  @Test
  void giantGetsABinOfItsOwn() {
    int[] dealt = BinPacking.longestFirst(new double[] {100, 1, 1, 1, 1}, 3);
    assertThat(dealt).containsExactly(0, 1, 2, 1, 2);
  }

  @Test
  void moreBinsThanCostsAndNone() {
    assertThat(BinPacking.longestFirst(new double[] {2, 1}, 5)).containsExactly(0, 1);
    assertThat(BinPacking.longestFirst(new double[0], 5)).isEmpty();
  }

  @Test
  void fullestBinComesFirst() {
    assertThat(BinPacking.heaviestFirst(new double[] {1, 3, 2, 3})).containsExactly(3, 0, 2, 1);
  }
}
