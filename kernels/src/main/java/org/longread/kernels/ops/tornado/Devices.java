package org.longread.kernels.ops.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.DeviceRequest;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.ScalarOps;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * The devices of this JVM, asked for once, and the verdict on each: its kernels are compared with
 * the scalar reference before the first use. Only {@link DeviceBackend} may load this class, when
 * TornadoVM is known to be there.
 */
final class Devices {
  /** Processors as OpenCL devices: for tests, never faster than the backend cpu. */
  static final String ALLOW_CPU = "longread.tornado.allow-cpu";

  private static final String MEMORY = "tornado.device.memory";
  private static final long DEFAULT_MEMORY = 4L << 30;

  /** TornadoVM starts once per JVM, and a device is sound or not for as long. */
  private static final Found FOUND = find();

  private static final Map<String, Optional<String>> VERDICTS = new HashMap<>();

  private Devices() {}

  /** A device that may be used. */
  private record Known(String index, TornadoDevice device, String backend) {
    String name() {
      return device.getPhysicalDevice().getDeviceName().strip();
    }

    boolean is(String wanted, int position) {
      return wanted.equals(Integer.toString(position))
          || wanted.equals(index)
          || name().toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }
  }

  /** All devices that may be used, or why there are none. */
  private record Found(List<Known> devices, Optional<String> problem) {}

  /** Backends are looked for through the thread's class loader, which in Spark has no parent. */
  private static Found find() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    try {
      return ask(TornadoRuntimeProvider.getTornadoRuntime());
    } catch (Exception | LinkageError e) {
      return new Found(List.of(), Optional.of(reason(e)));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Found ask(TornadoRuntime runtime) {
    List<Known> usable = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      for (int d = 0; d < backend.getNumDevices(); d++) {
        Known known = new Known(b + ":" + d, backend.getDevice(d), backend.getBackendType().name());
        if (known.device().getDeviceType() != TornadoDeviceType.CPU
            || Boolean.getBoolean(ALLOW_CPU)) {
          usable.add(known);
        } else {
          refused.add(known.name());
        }
      }
    }
    if (!usable.isEmpty()) {
      return new Found(usable, Optional.empty());
    }
    String reason =
        refused.isEmpty()
            ? "TornadoVM sees no device; install the GPU's driver (OpenCL: its .icd file in"
                + " /etc/OpenCL/vendors; CUDA: the toolkit)"
            : "the only device is a processor ("
                + String.join(", ", refused)
                + "), where backend cpu is faster; -D"
                + ALLOW_CPU
                + "=true uses it for tests";
    return new Found(List.of(), Optional.of(reason));
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    if (message.contains("JNI") || cause instanceof UnsatisfiedLinkError) {
      return "TornadoVM's native library does not load (" + message + "); " + TornadoPresence.START;
    }
    return "TornadoVM does not start ("
        + cause
        + "); check its driver and "
        + TornadoPresence.START;
  }

  /** Why a request cannot be served, if it cannot. */
  static synchronized Optional<String> problem(DeviceRequest request) {
    return FOUND.problem().or(() -> unknown(request)).or(() -> verdict(choose(request)));
  }

  private static Optional<String> unknown(DeviceRequest request) {
    if (request.isAuto() || position(request) >= 0) {
      return Optional.empty();
    }
    String known =
        FOUND.devices().stream()
            .map(device -> device.index() + " " + device.name())
            .collect(Collectors.joining(", "));
    return Optional.of("Invalid device: " + request.device() + " (expected one of " + known + ")");
  }

  private static int position(DeviceRequest request) {
    for (int n = 0; n < FOUND.devices().size(); n++) {
      if (FOUND.devices().get(n).is(request.device(), n)) {
        return n;
      }
    }
    return -1;
  }

  private static Known choose(DeviceRequest request) {
    return FOUND.devices().get(request.isAuto() ? 0 : position(request));
  }

  /** What came of comparing its kernels with the reference, found out once. */
  private static Optional<String> verdict(Known known) {
    return VERDICTS.computeIfAbsent(known.index(), index -> check(known));
  }

  private static Optional<String> check(Known known) {
    try (DeviceOps ops = new DeviceOps(target(known, DeviceRequest.ANY), new ScalarOps())) {
      return new DeviceCheck(ops).firstDifference().map(found -> known.name() + ": " + found);
    } catch (RuntimeException e) {
      return Optional.of(known.name() + " fails its self check: " + reason(e));
    }
  }

  /** Operations on the device of a request that has no problem. */
  static KernelOps open(DeviceRequest request) {
    return new DeviceOps(target(choose(request), request), hostOps());
  }

  /** The best backend of the host itself. */
  private static KernelOps hostOps() {
    return BackendChoice.installed().stream()
        .filter(backend -> !(backend instanceof DeviceBackend) && backend.unavailable().isEmpty())
        .findFirst()
        .map(KernelBackend::open)
        .orElseGet(ScalarOps::new);
  }

  private static DeviceTarget target(Known known, DeviceRequest request) {
    long memory = Math.min(known.device().getMaxGlobalMemory(), tornadoMemory());
    if (request.memoryLimitBytes() > 0) {
      memory = Math.min(memory, request.memoryLimitBytes());
    }
    String name =
        "%s through %s, %.1f GiB"
            .formatted(known.name(), known.backend(), memory / (double) (1L << 30));
    return new DeviceTarget(Optional.of(known.device()), name, memory);
  }

  /** TornadoVM's own limit: a number with KB, MB or GB. */
  private static long tornadoMemory() {
    String given = System.getProperty(MEMORY, "").toUpperCase(Locale.ROOT).strip();
    if (!given.matches("\\d{1,9}[KMG]B")) {
      return DEFAULT_MEMORY;
    }
    long count = Long.parseLong(given.substring(0, given.length() - 2));
    return switch (given.charAt(given.length() - 2)) {
      case 'K' -> count << 10;
      case 'M' -> count << 20;
      default -> count << 30;
    };
  }
}
