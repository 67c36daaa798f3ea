package org.longread.kernels.ops;

import java.io.Serializable;

/**
 * What a call cost on a device, besides its result.
 *
 * @param kernelNanos nanoseconds that kernels ran
 * @param compileNanos nanoseconds that kernels were compiled for it
 * @param hostToDeviceBytes bytes moved to the device
 * @param deviceToHostBytes bytes moved back
 * @param memoryBytes bytes of device memory planned at that time
 */
public record DeviceWork(
    long kernelNanos,
    long compileNanos,
    long hostToDeviceBytes,
    long deviceToHostBytes,
    long memoryBytes)
    implements Serializable {
  /** Of a call that no device took part in. */
  public static final DeviceWork NONE = new DeviceWork(0, 0, 0, 0, 0);

  /** Both together; of memory the more. */
  public DeviceWork plus(DeviceWork other) {
    return new DeviceWork(
        kernelNanos + other.kernelNanos,
        compileNanos + other.compileNanos,
        hostToDeviceBytes + other.hostToDeviceBytes,
        deviceToHostBytes + other.deviceToHostBytes,
        Math.max(memoryBytes, other.memoryBytes));
  }

  /** The same, with so much device memory planned. */
  public DeviceWork holding(long bytes) {
    return new DeviceWork(kernelNanos, compileNanos, hostToDeviceBytes, deviceToHostBytes, bytes);
  }
}
