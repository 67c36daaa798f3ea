package org.longread.kernels.ops;

import java.util.Optional;

/** The reference, always available. */
public final class ScalarBackend implements KernelBackend {
  @Override
  public String name() {
    return ScalarOps.NAME;
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public KernelOps open() {
    return new ScalarOps();
  }
}
