package org.longread.kernels;

import java.util.List;
import java.util.Optional;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelBackend;
import org.longread.kernels.ops.KernelOps;

/**
 * What became of one installed backend in this JVM.
 *
 * @param name scalar, cpu, tornado
 * @param device the hardware it uses; empty if it cannot run
 * @param problem why it cannot be used, or where its self check went wrong; empty if it is sound
 */
public record BackendStatus(String name, String device, Optional<String> problem) {
  /** Opens every installed backend, best first, and holds it to the scalar reference. */
  public static List<BackendStatus> survey() {
    return BackendChoice.installed().stream().map(BackendStatus::of).toList();
  }

  private static BackendStatus of(KernelBackend backend) {
    Optional<String> reason = backend.unavailable();
    if (reason.isPresent()) {
      return new BackendStatus(backend.name(), "", reason);
    }
    try (KernelOps ops = backend.open()) {
      // A device was compared before it was said to be available, by its own measure.
      Optional<String> difference =
          ops.fusedSelection().isPresent()
              ? Optional.empty()
              : new SelfCheck(ops).firstDifference();
      return new BackendStatus(backend.name(), ops.device(), difference);
    }
  }
}
