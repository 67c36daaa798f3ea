package org.longread.kernels.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Runs every benchmark once on every shape and holds its result to the scalar twin's. */
class TestBenchmarks {
  private static final List<Supplier<KernelBenchmark>> BENCHMARKS =
      List.of(
          MatmulBenchmark::new,
          IndexScoresBenchmark::new,
          SelectionBenchmark::new,
          AttentionBenchmark::new);

  @TestFactory
  List<DynamicTest> resultsEqualTheScalarTwins() throws ReflectiveOperationException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Supplier<KernelBenchmark> benchmark : BENCHMARKS) {
      Class<?> type = benchmark.get().getClass();
      for (String shape : type.getField("shape").getAnnotation(Param.class).value()) {
        for (Method method : type.getMethods()) {
          if (method.isAnnotationPresent(Benchmark.class)) {
            String name = type.getSimpleName() + "." + method.getName() + " " + shape;
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        assertThat(run(benchmark.get(), method, shape, "cpu"))
                            .isEqualTo(run(benchmark.get(), method, shape, "scalar"))));
          }
        }
      }
    }
    return tests;
  }

  private static Object run(KernelBenchmark benchmark, Method method, String shape, String backend)
      throws ReflectiveOperationException {
    benchmark.backend = backend;
    benchmark.getClass().getField("shape").set(benchmark, shape);
    benchmark.prepare();
    return method.invoke(benchmark);
  }
}
