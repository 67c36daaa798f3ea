package org.longread.job.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.longread.job.Units;

/** The JDK that runs, others on the machine, memory and the temporary folder. */
final class JavaChecks {
  private static final long ENOUGH_HEAP = 1L << 30;

  private JavaChecks() {}

  static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(running());
    findings.add(others());
    findings.add(heap());
    findings.add(Finding.ok("processors", Runtime.getRuntime().availableProcessors() + " in use"));
    findings.add(temporaryFolder());
    return findings;
  }

  private static Finding running() {
    String detail =
        "%s (%s) in %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
    int feature = Runtime.version().feature();
    return feature <= 25
        ? Finding.ok("JDK", detail)
        : Finding.warn("JDK", detail, "17 to 25 are tested; set JAVA_HOME to one of them");
  }

  private static Finding others() {
    Set<String> found = new TreeSet<>();
    candidates().forEach(home -> version(home).forEach(found::add));
    return Finding.ok("other JDKs", found.isEmpty() ? "none found" : String.join("; ", found));
  }

  /** Homes in the usual places, links followed, the running one left out. */
  private static Set<Path> candidates() {
    List<Path> roots =
        List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/usr/java"),
            Path.of("/opt"),
            Path.of("/opt/java"),
            Path.of(System.getProperty("user.home"), ".sdkman", "candidates", "java"),
            Path.of(System.getProperty("user.home"), ".jdks"));
    Stream<Path> installed = roots.stream().flatMap(root -> children(root).stream());
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "java"))
            .filter(Files::isExecutable)
            .flatMap(java -> real(java).map(Path::getParent))
            .map(Path::getParent);
    Stream<Path> named = Stream.ofNullable(System.getenv("JAVA_HOME")).map(Path::of);
    Set<Path> running = real(Path.of(System.getProperty("java.home"))).collect(Collectors.toSet());
    return Stream.of(installed, onPath, named)
        .flatMap(homes -> homes)
        .flatMap(JavaChecks::real)
        .filter(home -> !running.contains(home))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> children(Path root) {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
        entries.forEach(children::add);
      } catch (IOException e) {
        return List.of();
      }
    }
    return children;
  }

  private static Stream<Path> real(Path path) {
    try {
      return Stream.of(path.toRealPath());
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** "25.0.3 in HOME" if HOME holds a JDK. */
  private static Stream<String> version(Path home) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
      return Stream.empty();
    }
    Properties properties = new Properties();
    try (var in = Files.newInputStream(release)) {
      properties.load(in);
    } catch (IOException e) {
      return Stream.empty();
    }
    String version = properties.getProperty("JAVA_VERSION", "?").replace("\"", "");
    return Stream.of(version + " in " + home);
  }

  private static Finding heap() {
    long bytes = Runtime.getRuntime().maxMemory();
    String detail = Units.bytes(bytes) + " of heap";
    return bytes >= ENOUGH_HEAP
        ? Finding.ok("memory", detail)
        : Finding.warn("memory", detail, "LONGREAD_JAVA_OPTS=-Xmx4g gives more");
  }

  private static Finding temporaryFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path probe = Files.createTempFile(folder, "longread", ".probe");
      Files.delete(probe);
      long free = Files.getFileStore(folder).getUsableSpace();
      return Finding.ok("temporary files", folder + ", " + Units.bytes(free) + " free");
    } catch (IOException e) {
      return Finding.fail(
          "temporary files",
          "cannot write to " + folder + ": " + e.getMessage(),
          "LONGREAD_JAVA_OPTS=-Djava.io.tmpdir=FOLDER names another");
    }
  }
}
