package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every backend must do: give {@link ScalarOps}' bits, whatever the sizes and the batch.
 *
 * <p>A subclass names the operations. Cases are in {@link ContractCases}, with the seed of each in
 * its name. What an operation must not read is NaN, and what it must not write is compared too.
 */
public abstract class KernelOpsContract {
  private static final KernelOps REFERENCE = new ScalarOps();

  /** The operations under test. */
  protected abstract KernelOps ops();

  /** Whether to run one of the cases: a slow executor may leave some out, and says which. */
  protected boolean runs(int n, Object contractCase) {
    return true;
  }

  private List<ContractCases.Case> cases() {
    List<ContractCases.Case> all = ContractCases.all();
    return IntStream.range(0, all.size())
        .filter(n -> runs(n, all.get(n)))
        .mapToObj(all::get)
        .toList();
  }

  @TestFactory
  List<DynamicTest> everyCaseEqualsTheReference() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ContractCases.Case one : cases()) {
      tests.add(
          DynamicTest.dynamicTest(
              one.toString(),
              () -> {
                List<float[]> actual = one.run(ops(), 0, one.rows());
                List<float[]> expected = one.run(REFERENCE, 0, one.rows());
                assertSame(one.toString(), actual, expected);
                if (one.fill() == Inputs.Fill.NORMAL) {
                  expected.forEach(output -> assertThat(output).doesNotContain(Float.NaN));
                }
              }));
    }
    return tests;
  }

  @Test
  void aMaskOfAllThatARowSeesChangesNoBit() {
    ContractCases.DenseCase open =
        new ContractCases.DenseCase(
            70,
            new AttentionShape(4, 64, 16, 32, 32, 0.17f),
            61,
            100,
            Precision.F32,
            Inputs.Fill.NORMAL,
            5);
    assertSame("mask of all", open.runMasked(ops()), open.run(ops(), 0, open.rows()));
  }

  @TestFactory
  List<DynamicTest> rowsDoNotDependOnTheirBatch() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ContractCases.Case one : cases()) {
      if (one.rows() > 1 && one.rows() <= 70) {
        tests.add(DynamicTest.dynamicTest(one.toString(), () -> compareSplits(one)));
      }
    }
    return tests;
  }

  /** Runs all rows at once, and again in two parts, at several cuts. */
  private void compareSplits(ContractCases.Case one) {
    List<float[]> whole = one.run(ops(), 0, one.rows());
    for (int cut : new int[] {1, one.rows() / 2, one.rows() - 1}) {
      List<float[]> parts = one.run(ops(), 0, cut);
      List<float[]> second = one.run(ops(), cut, one.rows());
      for (int o = 0; o < parts.size(); o++) {
        copyTouched(second.get(o), parts.get(o));
      }
      assertSame(one + " cut at " + cut, parts, whole);
    }
  }

  private static void copyTouched(float[] from, float[] to) {
    for (int i = 0; i < from.length; i++) {
      if (from[i] != Inputs.UNTOUCHED) {
        to[i] = from[i];
      }
    }
  }

  @Test
  void oneInstanceServesTwoThreads() throws InterruptedException, ExecutionException {
    KernelOps ops = ops();
    List<ContractCases.Case> cases = cases();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        int from = thread;
        futures.add(
            threads.submit(
                () -> {
                  for (int n = from; n < cases.size(); n += 3) {
                    ContractCases.Case one = cases.get(n);
                    assertSame(
                        one.toString(),
                        one.run(ops, 0, one.rows()),
                        one.run(REFERENCE, 0, one.rows()));
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void notANumberIsNoSelection() {
    for (int count : new int[] {1, 15, 16, 17, 64, 200}) {
      for (float nan : new float[] {Float.NaN, Float.intBitsToFloat(0xFFC0_0001)}) {
        for (int topK : new int[] {1, 7, 300}) {
          float[] scores = new Inputs(count, Inputs.Fill.EXTREME).floats(3 * (count + 2));
          scores[count + 2 + count / 2] = nan;
          scores[count + 2 + count] = nan;
          NotANumberException thrown =
              catchThrowableOfType(
                  NotANumberException.class,
                  () ->
                      ops()
                          .selectTopK(
                              Rows.of(scores, count + 2), 3, count, topK, new int[3 * topK]));
          assertThat(thrown).as("count %d, topK %d", count, topK).isNotNull();
          assertThat(thrown.row()).isEqualTo(1);
          assertThat(thrown.key()).isEqualTo(count / 2);
        }
      }
    }
  }

  @Test
  void notANumberIsFoundWhereverItIs() {
    for (int count : new int[] {1024, 1037, 5000}) {
      for (int key : new int[] {0, 1, 63, 512, count - 17, count - 2, count - 1}) {
        for (float nan : new float[] {Float.NaN, Float.intBitsToFloat(0xFFC0_0001)}) {
          float[] scores = new Inputs(count, Inputs.Fill.INFINITE).floats(count);
          scores[key] = nan;
          NotANumberException thrown =
              catchThrowableOfType(
                  NotANumberException.class,
                  () -> ops().selectTopK(Rows.of(scores, count), 1, count, 64, new int[64]));
          assertThat(thrown).as("count %d, key %d", count, key).isNotNull();
          assertThat(thrown.key()).isEqualTo(key);
        }
      }
    }
  }

  @Test
  void infinitiesAreOrdinaryScores() {
    float[] scores = new float[100];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    scores[70] = Float.POSITIVE_INFINITY;
    scores[3] = 0f;
    int[] indices = new int[4];
    ops().selectTopK(Rows.of(scores, 100), 1, 100, 4, indices);
    assertThat(indices).containsExactly(0, 1, 3, 70);
  }

  @Test
  void positivePartKeepsTheSignOfZero() {
    // Head 0 underflows to a score of -0; the dots of the others are -0 and must not make it +0.
    float[] queries = {1e-20f, -1e-30f, -1e-30f, -1e-30f, -1e-30f};
    float[] weights = {-1e-20f, 1f, 1f, 1f, 1f};
    TokenPages keys = new TokenPages(1, TokenPages.Layout.LANES);
    keys.append(new float[] {1e-20f}, 0);
    float[] score = new float[1];
    IndexQueries tile = new IndexQueries(Rows.of(queries, 5), Rows.of(weights, 5), 1, 5, 1, 0);
    ops().indexScores(tile, keys, Rows.of(score, 1));
    Bits.assertEqual("score", score, new float[] {-0f});
  }

  private static void assertSame(String what, List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int o = 0; o < actual.size(); o++) {
      Bits.assertEqual(what + ", output " + o, actual.get(o), expected.get(o));
    }
  }
}
