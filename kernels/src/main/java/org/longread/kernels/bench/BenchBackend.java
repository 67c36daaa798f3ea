package org.longread.kernels.bench;

import java.util.List;
import org.longread.kernels.ops.BackendChoice;

/** The backend that is measured: where a caller of this package starts. */
public final class BenchBackend {
  private final BackendChoice choice;

  private BenchBackend(BackendChoice choice) {
    this.choice = choice;
  }

  /**
   * Opens a backend.
   *
   * @param name auto, or a backend's name
   * @throws IllegalArgumentException if there is no such backend, or it cannot run
   */
  public static BenchBackend choose(String name) {
    return new BenchBackend(BackendChoice.choose(name));
  }

  /** The backend's name. */
  public String name() {
    return choice.ops().name();
  }

  /** The hardware in the backend's words. */
  public String device() {
    return choice.ops().device();
  }

  /** Why each better backend was passed over. */
  public List<String> passedOver() {
    return choice.passedOver();
  }

  /** A bench of a shape; makes its weights. */
  public LayerBench layer(BenchPreset preset) {
    return new LayerBench(preset, choice.ops());
  }

  /** A bench of generation with a shape; makes its weights. */
  public DecodeBench decode(BenchPreset preset) {
    return new DecodeBench(preset, choice.ops());
  }

  /**
   * A bench of single kernels.
   *
   * @param rounds measurements of each; the median counts
   */
  public KernelBench kernels(int rounds) {
    return new KernelBench(choice.ops(), rounds);
  }

  /**
   * A bench of attention beside the libraries found on the class path.
   *
   * @param rounds measurements of each; the median counts
   */
  public PeerBench peers(int rounds) {
    return PeerBench.onClassPath(choice.ops(), rounds);
  }
}
