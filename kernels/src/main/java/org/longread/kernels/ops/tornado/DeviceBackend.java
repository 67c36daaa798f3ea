package org.longread.kernels.ops.tornado;

import java.util.Optional;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;

/**
 * The TornadoVM backend: for a JVM that was started with TornadoVM's options and sees a device.
 *
 * <p>Loads no class of TornadoVM before {@link TornadoPresence} has found them all.
 */
public final class DeviceBackend implements KernelBackend {
  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public Optional<String> unavailable() {
    return unavailable(DeviceRequest.ANY);
  }

  @Override
  public Optional<String> unavailable(DeviceRequest request) {
    return TornadoPresence.missing().or(() -> Devices.problem(request));
  }

  @Override
  public KernelOps open() {
    return open(DeviceRequest.ANY);
  }

  @Override
  public KernelOps open(DeviceRequest request) {
    unavailable(request)
        .ifPresent(
            reason -> {
              throw new IllegalStateException("Cannot open backend tornado: " + reason);
            });
    return Devices.open(request);
  }
}
