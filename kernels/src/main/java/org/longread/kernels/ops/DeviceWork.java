package org.longread.kernels.ops;

/**
 * What a call cost on a device, besides its result.
 *
 * @param kernelNanos nanoseconds that kernels ran
 * @param compileNanos nanoseconds that kernels were compiled for it
 * @param hostToDeviceBytes bytes moved to the device
 * @param deviceToHostBytes bytes moved back
 */
public record DeviceWork(
    long kernelNanos, long compileNanos, long hostToDeviceBytes, long deviceToHostBytes) {
  /** Of a call that no device took part in. */
  public static final DeviceWork NONE = new DeviceWork(0, 0, 0, 0);

  /** Both together. */
  public DeviceWork plus(DeviceWork other) {
    return new DeviceWork(
        kernelNanos + other.kernelNanos,
        compileNanos + other.compileNanos,
        hostToDeviceBytes + other.hostToDeviceBytes,
        deviceToHostBytes + other.deviceToHostBytes);
  }
}
