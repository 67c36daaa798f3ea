package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;

/** Holds the Vector API operations to the contract with vectors of 512 bits. */
class TestVectorOps512 extends KernelOpsContract {
  private static final KernelOps OPS = ForcedWidth.ops(512);

  @Override
  protected KernelOps ops() {
    return OPS;
  }
}
