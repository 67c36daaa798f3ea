package org.longread.kernels.ops.tornado;

import java.util.Optional;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;
import org.longread.kernels.ops.ScalarOps;

/** The contract on Java threads in place of a device's. */
class TestDeviceOpsOnThreads extends KernelOpsContract {
  private static final DeviceOps OPS =
      new DeviceOps(new DeviceTarget(Optional.empty(), "threads", 1L << 30), new ScalarOps());

  @Override
  protected KernelOps ops() {
    return OPS;
  }
}
