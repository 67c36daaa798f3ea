package org.longread.kernels.ops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The backend a run uses, and why each better one was passed over.
 *
 * @param ops the operations, open
 * @param passedOver "name: reason" for every better backend that cannot run here; empty if named
 */
public record BackendChoice(KernelOps ops, List<String> passedOver) {
  /** The name that leaves the choice to us. */
  public static final String AUTO = "auto";

  public BackendChoice {
    passedOver = List.copyOf(passedOver);
  }

  /** The same backend, computing in a precision. */
  public BackendChoice in(ComputePrecision precision) {
    return switch (precision) {
      case F32 -> this;
      case FP8 -> new BackendChoice(new RoundedOps(ops), passedOver);
    };
  }

  /** Every backend on the class path, best first. */
  public static List<KernelBackend> installed() {
    List<KernelBackend> backends = new ArrayList<>();
    ServiceLoader.load(KernelBackend.class, KernelBackend.class.getClassLoader())
        .forEach(backends::add);
    backends.sort(Comparator.comparingInt(KernelBackend::rank).reversed());
    return backends;
  }

  /**
   * Chooses by name, or the best that runs for {@code auto}.
   *
   * @throws IllegalArgumentException for an unknown name, or a named backend that cannot run
   */
  public static BackendChoice choose(String name) {
    return choose(name, DeviceRequest.ANY);
  }

  /**
   * Chooses by name, or the best that runs for {@code auto}, on a device.
   *
   * @throws IllegalArgumentException for an unknown name, or a named backend that cannot run
   */
  public static BackendChoice choose(String name, DeviceRequest request) {
    List<String> passedOver = new ArrayList<>();
    for (KernelBackend backend : installed()) {
      if (!name.equals(AUTO) && !name.equals(backend.name())) {
        continue;
      }
      Optional<String> reason = backend.unavailable(request);
      if (reason.isEmpty()) {
        return new BackendChoice(backend.open(request), passedOver);
      }
      if (!name.equals(AUTO)) {
        throw new IllegalArgumentException("Cannot open backend " + name + ": " + reason.get());
      }
      passedOver.add(backend.name() + ": " + reason.get());
    }
    if (name.equals(AUTO)) {
      throw new IllegalArgumentException(
          "Cannot open a backend on device "
              + request.device()
              + ": "
              + String.join("; ", passedOver));
    }
    String known = installed().stream().map(KernelBackend::name).collect(Collectors.joining("|"));
    throw new IllegalArgumentException(
        "Invalid backend: " + name + " (expected " + AUTO + "|" + known + ")");
  }
}
