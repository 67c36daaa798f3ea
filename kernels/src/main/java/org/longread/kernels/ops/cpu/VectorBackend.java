package org.longread.kernels.ops.cpu;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;

/**
 * The Vector API backend: for every JVM that has the incubating module and a processor with fused
 * multiply-add.
 *
 * <p>Loads no class of that module before it knows that the module is there.
 */
public final class VectorBackend implements KernelBackend {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int LEAST_BITS = 128;

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Optional<String> unavailable() {
    Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty() || !VectorBackend.class.getModule().canRead(module.get())) {
      return Optional.of(
          "module " + MODULE + " is absent; start java with --add-modules " + MODULE);
    }
    String forced = System.getProperty(Lanes.BITS_PROPERTY);
    if (forced != null && !forced.matches("128|256|512")) {
      return Optional.of(
          "Invalid " + Lanes.BITS_PROPERTY + ": " + forced + " (expected 128, 256 or 512)");
    }
    if (!fusesMultiplyAdd()) {
      return Optional.of("the processor has no fused multiply-add, or -XX:-UseFMA is set");
    }
    if (Lanes.FLOATS.vectorBitSize() < LEAST_BITS) {
      return Optional.of(
          "vectors are " + Lanes.FLOATS.vectorBitSize() + " bits wide (expected 128 or more)");
    }
    return Optional.empty();
  }

  @Override
  public KernelOps open() {
    unavailable()
        .ifPresent(
            reason -> {
              throw new IllegalStateException("Cannot open backend cpu: " + reason);
            });
    return new VectorOps();
  }

  /** Whether Math.fma is an instruction: without it the JDK computes it in decimals. */
  private static boolean fusesMultiplyAdd() {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return machine == null || Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
    } catch (IllegalArgumentException noSuchOption) {
      return true;
    }
  }
}
