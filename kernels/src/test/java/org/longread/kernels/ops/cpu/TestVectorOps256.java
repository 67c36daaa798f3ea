package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;

/** Holds the Vector API operations to the contract with vectors of 256 bits. */
class TestVectorOps256 extends KernelOpsContract {
  private static final KernelOps OPS = ForcedWidth.ops(256);

  @Override
  protected KernelOps ops() {
    return OPS;
  }
}
