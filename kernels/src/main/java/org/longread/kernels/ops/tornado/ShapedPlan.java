package org.longread.kernels.ops.tornado;

/** A plan that a pool keeps. */
interface ShapedPlan extends AutoCloseable {
  /** Bytes it takes on the device. */
  long bytes();

  /** Whether it ran so often that it had better be made anew. */
  boolean isWorn();

  @Override
  void close();
}
