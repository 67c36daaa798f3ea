package org.longread.kernels.ops;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One operation on one shape, by a backend or by its scalar twin. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark {
  @Param({"cpu", "scalar"})
  public String backend;

  KernelOps ops;
  final Inputs inputs = new Inputs(1, Inputs.Fill.NORMAL);

  /** Draws the operands of the shape. */
  @Setup
  public void prepare() {
    ops = BackendChoice.choose(backend).ops();
    draw();
  }

  abstract void draw();

  /** Integers of a shape such as "16 192 96", and words after them. */
  static String[] words(String shape) {
    return shape.split(" ");
  }

  static int number(String[] words, int n) {
    return Integer.parseInt(words[n]);
  }
}
