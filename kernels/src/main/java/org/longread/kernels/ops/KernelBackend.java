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
   * Opens the operations.
   *
   * @throws IllegalStateException if {@link #unavailable} has a reason
   */
  KernelOps open();
}
