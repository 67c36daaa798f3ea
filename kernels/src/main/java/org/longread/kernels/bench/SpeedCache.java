package org.longread.kernels.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last {@link SpeedReport} of a machine, JVM, backend and build, in a file.
 *
 * <pre>
 * what was measured where
 * share TAB kernel
 * ...
 * </pre>
 *
 * <p>A file that cannot be read, is about something else or makes no sense counts as none; one that
 * cannot be written is not.
 */
final class SpeedCache {
  private final Path file;
  private final String about;

  /**
   * A cache.
   *
   * @param about what was measured where, in one line
   */
  SpeedCache(Path folder, String about) {
    this.about = about.replaceAll("\\s+", " ");
    this.file = folder.resolve("speed-%08x.txt".formatted(this.about.hashCode()));
  }

  Path file() {
    return file;
  }

  /** The report of these very kernels, if there is one. */
  Optional<SpeedReport> read() {
    try {
      List<String> lines = Files.readAllLines(file);
      List<SpeedCases.Case> cases = SpeedCases.all();
      if (!lines.get(0).equals(about) || lines.size() != cases.size() + 1) {
        return Optional.empty();
      }
      List<SpeedReport.Kernel> kernels = new ArrayList<>();
      for (int n = 0; n < cases.size(); n++) {
        String[] fields = lines.get(n + 1).split("\t", 2);
        double share = Double.parseDouble(fields[0]);
        if (!fields[1].equals(cases.get(n).name()) || !(share > 0 && share < 100)) {
          return Optional.empty();
        }
        kernels.add(new SpeedReport.Kernel(fields[1], share, cases.get(n).floor()));
      }
      return Optional.of(new SpeedReport(kernels));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Keeps a report, replacing what is there in one step. */
  void write(SpeedReport report) {
    List<String> lines = new ArrayList<>(List.of(about));
    report.kernels().forEach(kernel -> lines.add(kernel.share() + "\t" + kernel.name()));
    try {
      Files.createDirectories(file.getParent());
      Path draft = Files.createTempFile(file.getParent(), "speed", ".draft");
      Files.write(draft, lines);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      // It is measured again next time.
    }
  }
}
