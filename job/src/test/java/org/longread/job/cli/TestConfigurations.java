package org.longread.job.cli;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.util.Utils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.longread.job.InvalidRunException;
import org.longread.job.JobOptions;
import org.longread.job.OptionValues;
import org.longread.job.plugin.LongreadPlugin;
import scala.jdk.javaapi.CollectionConverters;

/** Every file of conf/: options that the job takes, settings that Spark knows, each explained. */
class TestConfigurations {
  private static final Path CONF = Path.of("").toAbsolutePath().getParent().resolve("conf");
  private static final Map<String, String> REQUIRED =
      Map.of("input", "in", "output", "out", "model", "model", "task", "embed");

  /** Objects whose settings register themselves when they are first used. */
  private static final List<String> DECLARING =
      List.of("package", "UI", "History", "Kryo", "Network", "Status", "Worker", "Deploy");

  @TempDir Path folder;

  @BeforeAll
  static void declareSettings() throws ReflectiveOperationException {
    for (String name : DECLARING) {
      Class.forName("org.apache.spark.internal.config." + name + "$");
    }
  }

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  static List<Path> ofOptions() throws IOException {
    return files(".conf").stream().filter(file -> !ofSpark(file)).toList();
  }

  static List<Path> ofSpark() throws IOException {
    return files(".conf").stream().filter(TestConfigurations::ofSpark).toList();
  }

  private static boolean ofSpark(Path file) {
    return file.toString().endsWith(".spark.conf");
  }

  @ParameterizedTest
  @MethodSource("ofOptions")
  void fileOfOptionsIsTaken(Path file) {
    assertThat(new OptionValues().addCommandLine(REQUIRED).addFile(file).resolve()).isNotNull();
  }

  @Test
  void fileWithAnUnknownOptionIsNot() throws IOException {
    Path slip = folder.resolve("slip.conf");
    Files.writeString(slip, Files.readString(CONF.resolve("laptop.conf")) + "\ntop-q = 3\n");
    OptionValues values = new OptionValues().addCommandLine(REQUIRED).addFile(slip);
    assertThatThrownBy(values::resolve)
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("top-q");
  }

  @ParameterizedTest
  @MethodSource("ofSpark")
  void everySettingIsOneOfSpark(Path file) {
    assertThat(unknown(file)).isEmpty();
  }

  @Test
  void settingThatSparkLacksIsFound() throws IOException {
    Path slip = Files.writeString(folder.resolve("a"), "spark.executor.memoryOverheat 4g\n");
    assertThat(unknown(slip)).containsExactly("spark.executor.memoryOverheat");
  }

  private static List<String> unknown(Path file) {
    return settings(file).keySet().stream().filter(key -> !isKnown(key)).toList();
  }

  private static Map<String, String> settings(Path file) {
    return CollectionConverters.asJava(Utils.getPropertiesFromFile(file.toString()));
  }

  /** Settings of Kubernetes are in no library that is served; .ci/check_settings.py has them. */
  private static boolean isKnown(String key) {
    return ConfigEntry.findEntry(key) != null
        || key.startsWith("spark.kubernetes.")
        || key.startsWith("spark.executorEnv.")
        || key.startsWith("spark.metrics.conf.driver.sink.prometheusServlet.")
        || key.matches("spark\\.(executor|task)\\.resource\\.gpu\\.(amount|vendor|discoveryScript)")
        || (key.startsWith("spark.longread.")
            && JobOptions.all().stream()
                .anyMatch(option -> key.equals("spark.longread." + option.name())));
  }

  @ParameterizedTest
  @MethodSource("ofSpark")
  void pluginIsNamed(Path file) {
    assertThat(settings(file)).containsEntry("spark.plugins", LongreadPlugin.class.getName());
  }

  @Test
  void everyKeyIsExplained() throws IOException {
    List<String> bare = new ArrayList<>();
    List<Path> files = new ArrayList<>(files(".conf"));
    files.remove(CONF.resolve("longread.conf")); // TestRepositoryTexts
    for (Path file : files) {
      String before = "";
      for (String line : Files.readAllLines(file)) {
        boolean key = !line.isBlank() && !line.startsWith("#");
        // Two settings of one thing may share a comment.
        if (key && !before.startsWith("#") && !sameThing(before, line)) {
          bare.add(file.getFileName() + ": " + line);
        }
        before = line;
      }
    }
    assertThat(bare).isEmpty();
  }

  private static boolean sameThing(String before, String line) {
    String parent = before.replaceFirst("\\.[^.\\s]*\\s.*", ".");
    return before.contains(".") && line.startsWith(parent);
  }

  @Test
  void nothingElseIsThere() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      Set<String> others =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(".conf"))
              .collect(toSet());
      assertThat(others)
          .containsExactlyInAnyOrder("log4j2.properties", "log4j2-cluster.properties");
    }
  }
}
