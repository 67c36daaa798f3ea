package org.longread.kernels.ops.tornado;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;
import org.longread.kernels.ops.ScalarOps;

/**
 * The contract on Java threads in place of a device's: 256 of them meet at each barrier, so every
 * ninth case runs here, and all of them on a device ({@link TestDeviceOps}).
 */
class TestDeviceOpsOnThreads extends KernelOpsContract {
  private static final int EVERY = 9;

  private static final DeviceOps OPS =
      new DeviceOps(new DeviceTarget(Optional.empty(), "threads", 1L << 30), new ScalarOps());

  @Override
  protected KernelOps ops() {
    return OPS;
  }

  @Override
  protected boolean runs(int n, Object contractCase) {
    String kind = contractCase.getClass().getSimpleName();
    return n % EVERY == 0 && !kind.startsWith("Matmul") && !kind.startsWith("Dense");
  }

  @AfterAll
  static void free() {
    OPS.close();
  }
}
