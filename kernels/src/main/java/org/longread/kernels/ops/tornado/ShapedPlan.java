package org.longread.kernels.ops.tornado;

/** A plan that a pool keeps. */
interface ShapedPlan extends AutoCloseable {
  /** What is executed; closed with this. */
  DevicePlan plan();

  /** Bytes it takes on the device. */
  long bytes();

  /** Whether it ran so often that it had better be made anew. */
  default boolean isWorn() {
    return plan().executions() > DevicePlan.MOST_EXECUTIONS;
  }

  @Override
  default void close() {
    plan().close();
  }
}
