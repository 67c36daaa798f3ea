package org.longread.job;

import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
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
   * What a cluster manager that ends executors beyond their memory should be told to leave beside
   * the heap, if that is less than a JVM takes; empty under others.
   */
  static Optional<String> overheadWarning(SparkConf conf) {
    String master = conf.get("spark.master", "");
    boolean kubernetes = master.startsWith("k8s");
    if (!kubernetes && !master.startsWith("yarn")) {
      return Optional.empty();
    }
    long overhead = overheadBytes(conf, kubernetes);
    if (overhead >= MemoryPlan.FIXED_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        "%s of memory beside an executor's heap are less than the %s that its JVM takes there, and the cluster manager ends executors that take more. Raise spark.executor.memoryOverhead to %dm"
            .formatted(
                gib(overhead), gib(MemoryPlan.FIXED_BYTES), (MemoryPlan.FIXED_BYTES >> 20) + 1));
  }

  /** As Spark finds it: the setting, or a share of the heap, but not less than a least. */
  private static long overheadBytes(SparkConf conf, boolean kubernetes) {
    String overhead = "spark.executor.memoryOverhead";
    if (conf.contains(overhead)) {
      return conf.getSizeAsMb(overhead) << 20;
    }
    String older = "spark.kubernetes.memoryOverheadFactor";
    double share = kubernetes ? conf.getDouble(older, 0.1) : 0.1;
    share = conf.getDouble("spark.executor.memoryOverheadFactor", share);
    long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m") << 20;
    return Math.max(Math.round(heap * share), least);
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
