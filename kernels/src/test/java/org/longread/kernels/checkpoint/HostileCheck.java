package org.longread.kernels.checkpoint;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import org.longread.kernels.ResidentMemory;

/** What {@code inspect} does with a model folder before it prints: for a JVM of its own. */
public final class HostileCheck {
  private HostileCheck() {}

  /** Checks FOLDER; says what it took, and why it was refused if the status is 2. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    int status = 0;
    try {
      CheckpointInventory unused = CheckpointInventory.check(folder);
      TokenizerFile.check(folder);
    } catch (CheckpointException e) {
      System.out.println(e.getMessage());
      status = 2;
    }
    System.out.printf(
        Locale.ROOT,
        "cpu %.2f wall %.2f peak %d%n",
        cpuNanos() / 1e9,
        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
        ResidentMemory.peakBytes().orElse(0) / 1_000_000);
    System.exit(status);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
