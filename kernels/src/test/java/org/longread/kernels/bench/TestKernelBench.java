package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.longread.kernels.bench.KernelCases.Case;
import org.longread.kernels.bench.KernelResult.Bar;
import org.longread.kernels.bench.KernelResult.Unit;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;

/** The judged shapes run, and bars are read the right way round. */
class TestKernelBench {
  private static KernelResult result(Unit unit, double rate, double limit, double bar) {
    return new KernelResult("any", rate, unit, limit, new Bar(bar), OptionalDouble.empty());
  }

  @Test
  void ratesAreHeldToTheirBars() {
    assertThat(result(Unit.GFLOPS, 80, 100, 0.75).meetsBar()).isTrue();
    assertThat(result(Unit.GFLOPS, 70, 100, 0.75).meetsBar()).isFalse();
    assertThat(result(Unit.GFLOPS, 70, 0, 0.75).meetsBar()).isFalse();
    assertThat(result(Unit.BYTES, 16, 20, 0.75).meetsBar()).isTrue();
    assertThat(result(Unit.NANOS_PER_SCORE, 4, 0, 5).meetsBar()).isTrue();
    assertThat(result(Unit.NANOS_PER_SCORE, 6, 0, 5).meetsBar()).isFalse();
    assertThat(result(Unit.TIMES, 1.9, 2, 1.8).meetsBar()).isTrue();
    assertThat(new KernelResult("twin", 1, Unit.GFLOPS, 1, Bar.NONE, OptionalDouble.of(1)).hasBar())
        .isFalse();
  }

  @Test
  void everyCaseRunsOnTheBestBackend() {
    KernelOps ops = BackendChoice.choose(BackendChoice.AUTO).ops();
    for (KernelCases.Maker maker : KernelCases.all()) {
      Case one = maker.make(new KernelCases());
      one.call().accept(ops);
      one.scalar().call().accept(ops);
      assertThat(one.work()).as(one.name()).isPositive();
      assertThat(one.scalar().work()).as(one.name()).isPositive().isLessThanOrEqualTo(one.work());
    }
  }

  @Test
  void memoryIsReadAtSomeRate() {
    assertThat(new ReadPeak().gigabytesPerSecond()).isPositive();
  }
}
