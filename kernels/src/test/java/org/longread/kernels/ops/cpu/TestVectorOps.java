package org.longread.kernels.ops.cpu;

import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;

/** Holds the Vector API operations to the contract at the machine's preferred width. */
class TestVectorOps extends KernelOpsContract {
  @Override
  protected KernelOps ops() {
    return new VectorOps();
  }
}
