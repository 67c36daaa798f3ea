package org.longread.job;

import java.util.Locale;
import org.apache.spark.SparkContext;
import org.longread.kernels.MemoryPlan;

/**
 * The heap of one executor, and whether a run can work in it at all.
 *
 * @param heapBytes of its JVM
 * @param setting what makes it larger
 */
record ExecutorMemory(long heapBytes, String setting) {
  /** An executor of this cluster, or this JVM if Spark is embedded. */
  static ExecutorMemory of(SparkContext spark) {
    if (spark.isLocal()) {
      return new ExecutorMemory(
          Runtime.getRuntime().maxMemory(), "-Xmx (LONGREAD_JAVA_OPTS) or spark.driver.memory");
    }
    return new ExecutorMemory(
        spark.getConf().getSizeAsBytes("spark.executor.memory", "1g"), "spark.executor.memory");
  }

  /**
   * Refuses what can never fit.
   *
   * @param cacheLimitBytes memory-limit; 0 takes what is free
   * @throws InvalidRunException with the figures and what to change
   */
  void check(MemoryPlan plan, long cacheLimitBytes) {
    long work = plan.workBytes(1);
    long free = heapBytes - plan.weightBytes() - work;
    String taken =
        "weights take %s and the work space of %d threads %s of an executor's %s of heap"
            .formatted(gib(plan.weightBytes()), plan.threads(), gib(work), gib(heapBytes));
    if (free <= 0) {
      throw new InvalidRunException("Cannot load model: %s. Raise %s".formatted(taken, setting));
    }
    if (cacheLimitBytes > free) {
      throw new InvalidRunException(
          "Invalid memory-limit: %d (expected at most %d: %s). Lower it, or raise %s"
              .formatted(cacheLimitBytes, free, taken, setting));
    }
    long chunk = plan.workBytes(plan.chunkTokens());
    if (plan.weightBytes() + chunk > heapBytes) {
      throw new InvalidRunException(
          "Invalid chunk-tokens: %d (expected fewer: weights take %s and chunks in %d threads %s of"
                  .formatted(
                      plan.chunkTokens(), gib(plan.weightBytes()), plan.threads(), gib(chunk))
              + " an executor's %s of heap). Lower it, or raise %s"
                  .formatted(gib(heapBytes), setting));
    }
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1 << 30));
  }
}
