package org.longread.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.longread.job.read.CostBatch.Totals;

/** The bar of planned cost: the heaviest partition takes at most 1.15 times the mean. */
class TestDeal {
  private static final double BAR = 1.15;
  private static final long SEED = 7;

  @Test
  void heavyTailsAreBalanced() {
    Random random = new Random(SEED);
    for (int partitions : new int[] {1, 2, 7, 64, 500}) {
      // Pareto of index 1.1, cut where one document alone would be more than a share.
      double[] costs = costs(50_000, i -> Math.min(500, Math.pow(random.nextDouble(), -1 / 1.1)));
      assertThat(worst(costs, partitions)).as("%d partitions", partitions).isLessThan(BAR);
    }
  }

  @Test
  void millionsOfSmallDocumentsAreBalancedThoughFewAreNamed() {
    Random random = new Random(SEED);
    double[] costs = costs(2_000_000, i -> 1 + random.nextInt(20));
    Deal deal = deal(costs, 1_000);
    assertThat(deal.hashes().length).isLessThanOrEqualTo(Deal.MAX_NAMED);
    assertThat(worst(costs, 1_000)).isLessThan(BAR);
  }

  @Test
  void oneGiantIsAloneAndFirst() {
    double[] costs = costs(10_001, i -> i == 5_000 ? 1e9 : 1_000);
    Deal deal = deal(costs, 8);
    InputRow giant = row(5_000);
    Place place = deal.place(hash(5_000), giant);
    assertThat(place.partition()).isZero();
    assertThat(place.turn()).isZero();
    long beside =
        IntStream.range(0, costs.length)
            .filter(i -> deal.place(hash(i), row(i)).partition() == 0)
            .count();
    assertThat(beside).isEqualTo(1);
    double[] others = Arrays.copyOfRange(deal.loads(), 1, 8);
    double mean = Arrays.stream(others).average().orElseThrow();
    assertThat(others[0]).isLessThan(BAR * mean);
  }

  @Test
  void giantAmongMillionsIsNamed() {
    double[] costs = costs(1_000_000, i -> i == 77 ? 1e12 : 2);
    Deal deal = deal(costs, 16);
    assertThat(deal.hashes()).containsExactly(hash(77));
    assertThat(deal.place(hash(77), row(77)).partition()).isZero();
    double[] others = Arrays.copyOfRange(deal.loads(), 1, 16);
    assertThat(others[0]).isLessThan(BAR * Arrays.stream(others).average().orElseThrow());
  }

  @Test
  void loadsFallSoThatTheHeaviestStartsFirst() {
    Random random = new Random(SEED);
    double[] costs = costs(40, i -> 1 + random.nextInt(1_000));
    double[] loads = deal(costs, 9).loads();
    assertThat(IntStream.range(1, 9).allMatch(i -> loads[i - 1] >= loads[i])).isTrue();
  }

  @Test
  void dealDependsNeitherOnOrderNorOnFiles() {
    Random random = new Random(SEED);
    for (int documents : new int[] {1_000, 300_000}) {
      double[] costs = costs(documents, i -> 1 + random.nextInt(300));
      CostBatch whole = batch(costs, 0, documents);
      CostBatch first = batch(costs, 0, documents / 3);
      CostBatch rest = batch(costs, documents / 3, documents);
      Deal one = deal(List.of(whole), 13);
      Deal other = deal(List.of(rest, first), 13);
      for (int i = 0; i < documents; i++) {
        assertThat(other.place(hash(i), row(i))).isEqualTo(one.place(hash(i), row(i)));
      }
    }
  }

  @Test
  void rowsOfOneIdMeetWhateverTheirLengths() {
    CostBatch batch = new CostBatch(new long[] {5, 9, 5}, new double[] {1, 10, 100}, 0);
    Deal deal = deal(List.of(batch), 3);
    assertThat(deal.hashes()).containsExactly(5, 9);
    assertThat(deal.loads()).containsExactly(101, 10, 0);
  }

  @Test
  void nothingAtAllCanBeDealt() {
    Deal deal = deal(List.of(), 3);
    assertThat(deal.place(1, row(1)).partition()).isEqualTo(2);
  }

  private static double[] costs(int documents, IntToDoubleFunction cost) {
    return IntStream.range(0, documents)
        .mapToDouble(i -> Math.rint(cost.applyAsDouble(i)))
        .toArray();
  }

  /** The heaviest partition over the mean. */
  private static double worst(double[] costs, int partitions) {
    Deal deal = deal(costs, partitions);
    double[] loads = new double[partitions];
    for (int i = 0; i < costs.length; i++) {
      loads[deal.place(hash(i), row(i)).partition()] += costs[i];
    }
    double mean = Arrays.stream(costs).sum() / partitions;
    double worst = Arrays.stream(loads).max().orElseThrow() / mean;
    assertThat(deal.loads()[0] / mean).as("the deal knows").isEqualTo(worst);
    return worst;
  }

  private static Deal deal(double[] costs, int partitions) {
    return deal(List.of(batch(costs, 0, costs.length)), partitions);
  }

  private static Deal deal(List<CostBatch> batches, int partitions) {
    Totals totals = batches.stream().map(CostBatch::totals).reduce(Totals.NONE, Totals::plus);
    int lowest = totals.lowestBucket(Deal.MAX_NAMED);
    double[] groups = new double[lowest == 0 ? 1 : Deal.GROUPS];
    batches.forEach(batch -> batch.addGroups(lowest, groups));
    return Deal.of(batches.stream().map(batch -> batch.from(lowest)).toList(), groups, partitions);
  }

  private static CostBatch batch(double[] costs, int from, int to) {
    long[] hashes = IntStream.range(from, to).mapToLong(TestDeal::hash).toArray();
    return new CostBatch(hashes, Arrays.copyOfRange(costs, from, to), 0);
  }

  /** As good a hash as Spark's. */
  private static long hash(int i) {
    long z = (i + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static InputRow row(int i) {
    return new InputRow("d" + i, null, null, List.of(), null);
  }
}
