package org.longread.kernels.ops.tornado;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.KernelOpsContract;

/** The whole contract on the device of this machine, through TornadoVM (profile tornadovm). */
@Tag("device")
class TestDeviceOps extends KernelOpsContract {
  private static final KernelOps OPS = new DeviceBackend().open(DeviceRequest.ANY);

  @Override
  protected KernelOps ops() {
    return OPS;
  }

  @AfterAll
  static void free() {
    OPS.close();
  }
}
