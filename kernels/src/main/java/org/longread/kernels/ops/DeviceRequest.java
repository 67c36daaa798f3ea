package org.longread.kernels.ops;

/**
 * Which device a backend shall use, and how much of it.
 *
 * @param device {@link #AUTO}; a number counted from 0 over the devices that may be used;
 *     TornadoVM's {@code backend:device}; or a part of the name, in any case
 * @param origin who chose it
 * @param memoryLimitBytes most bytes of device memory; 0 for what the device and its driver allow
 */
public record DeviceRequest(String device, Origin origin, long memoryLimitBytes) {
  /** The name that leaves the choice to the backend. */
  public static final String AUTO = "auto";

  /** Whatever there is, whole. */
  public static final DeviceRequest ANY = new DeviceRequest(AUTO, Origin.ASSIGNED, 0);

  /** Who chose a device. */
  public enum Origin {
    /** A user, who wants no other. */
    ASKED,
    /** A scheduler, which hands out what a backend may well not need. */
    ASSIGNED
  }

  /** Whether a user named a device. */
  public boolean isAsked() {
    return origin == Origin.ASKED && !isAuto();
  }

  /** Whether no device is named. */
  public boolean isAuto() {
    return device.equals(AUTO);
  }
}
