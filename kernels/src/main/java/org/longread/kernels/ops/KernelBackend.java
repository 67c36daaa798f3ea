package org.longread.kernels.ops;

import java.util.Optional;

/** A way to run {@link KernelOps}, found by {@link java.util.ServiceLoader}. */
public interface KernelBackend {
  /** The name users choose it by: scalar, cpu, tornado. */
  String name();

  /** Preference among usable backends under {@code auto}: the highest is taken. */
  int rank();

  /** Why it cannot run in this JVM, with the way out; empty if it can. Does not throw. */
  Optional<String> unavailable();

  /**
   * Why it cannot serve a request; empty if it can. A backend without devices serves none by name.
   */
  default Optional<String> unavailable(DeviceRequest request) {
    return unavailable()
        .or(
            () ->
                request.isAsked()
                    ? Optional.of("it has no devices to choose " + request.device() + " from")
                    : Optional.empty());
  }

  /**
   * Opens the operations.
   *
   * @throws IllegalStateException if {@link #unavailable} has a reason
   */
  KernelOps open();

  /**
   * Opens the operations on a device.
   *
   * @throws IllegalStateException if {@link #unavailable(DeviceRequest)} has a reason
   */
  default KernelOps open(DeviceRequest request) {
    return open();
  }
}
