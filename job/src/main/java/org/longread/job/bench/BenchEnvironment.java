package org.longread.job.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.longread.kernels.bench.BenchBackend;
import org.longread.kernels.bench.LayerBench;

/**
 * What a measurement depends on besides its shape: only those of equal environments are compared.
 *
 * @param machine the processor in words
 * @param processors of the machine
 * @param jdk version and vendor
 * @param code commit, with a checksum of the program if it differs from the commit
 * @param backend kernels
 * @param device the backend's hardware
 */
public record BenchEnvironment(
    String machine, int processors, String jdk, String code, String backend, String device) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Looks at this machine and this program. */
  public static BenchEnvironment of(BenchBackend backend) {
    return new BenchEnvironment(
        processor(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().feature() + " (" + System.getProperty("java.vm.version") + ")",
        codeVersion(),
        backend.name(),
        backend.device());
  }

  /** The machine in words. */
  public String hardware() {
    return "%s, %d processors; backend %s, %s".formatted(machine, processors, backend, device);
  }

  /** The JDK and the program in words. */
  public String software() {
    return "JDK %s; %s".formatted(jdk, code);
  }

  private static String processor() {
    try {
      return Files.readAllLines(CPU_INFO, StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException noLinux) {
      return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
  }

  private static String codeVersion() {
    Optional<String> commit = commit();
    if (commit.isPresent() && !commit.get().endsWith("-dirty")) {
      return "commit " + commit.get();
    }
    String program = program().map(sum -> "program " + sum).orElse("program unknown");
    return commit.map(c -> "commit " + c + ", " + program).orElse(program);
  }

  /** What git says of the checkout deploy/longread was started from. */
  private static Optional<String> commit() {
    String home = System.getenv("LONGREAD_HOME");
    if (home == null || !Files.exists(Path.of(home, ".git"))) {
      return Optional.empty();
    }
    List<String> git = List.of("git", "-C", home, "describe", "--always", "--dirty", "--abbrev=12");
    try {
      Process process =
          new ProcessBuilder(git).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      return ended ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException noGit) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A checksum of the jar the engine was loaded from. */
  private static Optional<String> program() {
    try {
      URI location = LayerBench.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      CRC32 sum = new CRC32();
      sum.update(Files.readAllBytes(Path.of(location)));
      return Optional.of(Long.toHexString(sum.getValue()));
    } catch (IOException | URISyntaxException noFile) {
      return Optional.empty();
    }
  }
}
