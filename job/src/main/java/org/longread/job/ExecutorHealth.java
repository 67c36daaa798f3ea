package org.longread.job;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How an executor's JVM was when a Spark task ended.
 *
 * @param plannedBytes weights, the most caches ever reserved at once, and what a JVM takes
 * @param peakBytes the most memory that was ever resident; 0 if the system does not say
 * @param slowKernels a sentence per kernel that is far slower than it should be
 */
public record ExecutorHealth(long plannedBytes, long peakBytes, List<String> slowKernels)
    implements Serializable {
  /** Of no executor. */
  static final ExecutorHealth NONE = new ExecutorHealth(0, 0, List.of());

  public ExecutorHealth {
    slowKernels = List.copyOf(slowKernels);
  }

  /** The worse of two: of the larger peak, with the slow kernels of both. */
  ExecutorHealth worse(ExecutorHealth other) {
    ExecutorHealth larger = other.peakBytes > peakBytes ? other : this;
    List<String> slow =
        Stream.concat(slowKernels.stream(), other.slowKernels.stream()).distinct().toList();
    return new ExecutorHealth(larger.plannedBytes, larger.peakBytes, slow);
  }
}
