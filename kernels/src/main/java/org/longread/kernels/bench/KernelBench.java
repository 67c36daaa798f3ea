package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.longread.kernels.bench.KernelResult.Bar;
import org.longread.kernels.bench.KernelResult.Unit;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.ScalarOps;

/**
 * Times each kernel at the shapes it is judged by against the machine's limits.
 *
 * <p>A round takes the limit, then a few milliseconds of the kernel, by the CPU time of one thread;
 * the medians count, so that another program's turn in between does not.
 */
public final class KernelBench {
  private static final double TWO_THREADS = 1.8;
  private static final long SAMPLE_NANOS = 3_000_000;
  private static final long WARM_UP_NANOS = 1_000_000_000;

  private final KernelOps ops;
  private final FmaPeak peak;
  private final ReadPeak readPeak = new ReadPeak();
  private final int rounds;

  /** A bench of a backend. */
  KernelBench(KernelOps ops, int rounds) {
    this.ops = ops;
    this.peak = new FmaPeak(ops);
    this.rounds = rounds;
  }

  /** Times every kernel; each result is shown as soon as it is there. */
  public void run(Consumer<KernelResult> show) {
    for (KernelCases.Maker maker : KernelCases.all()) {
      show.accept(run(maker.make(new KernelCases())));
    }
    show.accept(twoThreads());
  }

  private KernelResult run(KernelCases.Case one) {
    warmUp(one);
    List<Double> rates = new ArrayList<>();
    List<Double> limits = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      limits.add(limit(one.unit()));
      rates.add(rate(one, ops));
    }
    OptionalDouble scalar =
        ops.name().equals(new ScalarOps().name())
            ? OptionalDouble.empty()
            : OptionalDouble.of(scalarRate(one));
    return new KernelResult(
        one.name(), median(rates), one.unit(), median(limits), one.bar(), scalar);
  }

  private double limit(Unit unit) {
    return switch (unit) {
      case GFLOPS -> peak.gflops();
      case BYTES -> readPeak.gigabytesPerSecond();
      case NANOS_PER_SCORE -> 0;
      case TIMES -> 2;
    };
  }

  private void warmUp(KernelCases.Case one) {
    long end = CpuClock.nanos() + WARM_UP_NANOS;
    while (CpuClock.nanos() < end) {
      one.call().accept(ops);
    }
  }

  private static double rate(KernelCases.Case one, KernelOps ops) {
    double workPerNano =
        CpuClock.rate(
            () -> {
              one.call().accept(ops);
              return one.work();
            },
            SAMPLE_NANOS);
    return inUnit(one.unit(), workPerNano, 1);
  }

  private static double scalarRate(KernelCases.Case one) {
    KernelOps scalar = new ScalarOps();
    one.scalar().call().accept(scalar);
    long start = CpuClock.nanos();
    one.scalar().call().accept(scalar);
    return inUnit(one.unit(), one.scalar().work(), (double) (CpuClock.nanos() - start));
  }

  private static double inUnit(Unit unit, double work, double nanos) {
    return unit == Unit.NANOS_PER_SCORE ? nanos / work : work / nanos;
  }

  /** The sum of two threads' rates, each by its own CPU time, over that of one alone. */
  private KernelResult twoThreads() {
    KernelCases.Case one = gemm();
    KernelCases.Case other = gemm();
    warmUp(one);
    List<Double> ratios = new ArrayList<>();
    ExecutorService second = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < rounds; round++) {
        double alone = rate(one, ops);
        CompletableFuture<Double> beside =
            CompletableFuture.supplyAsync(() -> rate(other, ops), second);
        double both = rate(one, ops) + beside.join();
        ratios.add(both / alone);
      }
    } finally {
      second.shutdown();
    }
    return new KernelResult(
        "two threads, " + one.name(),
        median(ratios),
        Unit.TIMES,
        2,
        new Bar(TWO_THREADS),
        OptionalDouble.empty());
  }

  private static KernelCases.Case gemm() {
    return new KernelCases().gemm("GEMM bf16", 128, 2048, 2048, Precision.BF16, 0.75);
  }

  private static double median(List<Double> values) {
    return CostCurve.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
