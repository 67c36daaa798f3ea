package org.longread.kernels.bench;

import java.util.List;
import java.util.Locale;

/**
 * What a {@link SpeedCheck} found.
 *
 * @param kernels every kernel; empty if the backend has no multiply-add probe to hold them to
 */
public record SpeedReport(List<Kernel> kernels) {
  /** Nothing was measured. */
  public static final SpeedReport NONE = new SpeedReport(List.of());

  public SpeedReport {
    kernels = List.copyOf(kernels);
  }

  /**
   * One kernel.
   *
   * @param name kernel and shape
   * @param share best rate over the multiply-add rate
   * @param floor least share that is no cause for concern
   */
  public record Kernel(String name, double share, double floor) {
    /** Whether it fell off a cliff. */
    public boolean isSlow() {
      return share < floor;
    }

    /** A sentence about it. */
    public String warning() {
      return String.format(
          Locale.ROOT,
          "kernel %s is slow here: %.1f %% of the multiply-add rate (expected %.0f %% or more)",
          name,
          100 * share,
          100 * floor);
    }
  }

  /** A sentence per kernel that fell off a cliff. */
  public List<String> warnings() {
    return kernels.stream().filter(Kernel::isSlow).map(Kernel::warning).toList();
  }
}
