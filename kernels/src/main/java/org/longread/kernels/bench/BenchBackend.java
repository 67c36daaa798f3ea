package org.longread.kernels.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.longread.kernels.ops.BackendChoice;
import org.longread.kernels.ops.KernelOps;

/** The backend that is measured: where a caller of this package starts. */
public final class BenchBackend {
  private static final String VM = System.getProperty("java.vm.name");

  /** Time to be compiled in, on a busy machine; a sound kernel takes a tenth of it. */
  private static final long MOST_NANOS_PER_KERNEL = 1_000_000_000;

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

  /** Whether the backend has a device, which {@link #device(BenchPreset)} measures. */
  public boolean offloads() {
    return choice.ops().fusedSelection().isPresent();
  }

  /** A bench of the device's kernels at a shape, beside the best backend of the host. */
  public DeviceBench device(BenchPreset preset) {
    KernelOps host =
        BackendChoice.installed().stream()
            .filter(one -> !one.name().equals(name()) && one.unavailable().isEmpty())
            .findFirst()
            .orElseThrow()
            .open();
    return new DeviceBench(preset, choice.ops(), host);
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
   * How fast each kernel is against the machine's multiply-add rate: as measured now, in about a
   * second, or as kept from the last time on this host, JVM and build.
   */
  public SpeedReport speed() {
    SpeedCache cache = new SpeedCache(cacheFolder(), about());
    Optional<SpeedReport> kept = cache.read();
    if (kept.isPresent()) {
      return kept.get();
    }
    SpeedReport report = new SpeedCheck(choice.ops(), MOST_NANOS_PER_KERNEL).run();
    if (!report.kernels().isEmpty()) {
      cache.write(report);
    }
    return report;
  }

  /** Where the user's caches are; whoever else may write there could write anything. */
  private static Path cacheFolder() {
    String given = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path home = Path.of(System.getProperty("user.home", ""), ".cache");
    return (given.isEmpty() ? home : Path.of(given)).resolve("longread");
  }

  private String about() {
    return String.join(
        "; ", host(), Runtime.version().toString(), VM, name(), device(), build().toString());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  /** When the classes that run were built. */
  private static FileTime build() {
    try {
      return Files.getLastModifiedTime(
          Path.of(BenchBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (IOException | URISyntaxException | RuntimeException e) {
      return FileTime.fromMillis(0);
    }
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
