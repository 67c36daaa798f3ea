package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf;
import org.longread.job.JobOption;
import org.longread.job.JobOptions;
import org.longread.job.OptionValues;

/** Holds README.md and conf/ to the table of options in the code. */
class TestRepositoryTexts {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Map<String, String> REQUIRED =
      Map.of("input", "in", "output", "out", "model", "model", "task", "embed");

  @TempDir Path folder;

  @Test
  void readmeHasTheTableOfOptions() throws IOException {
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .as("run: deploy/longread options --markdown")
        .contains(OptionsCommand.markdown());
  }

  @Test
  void exampleConfIsTheTableOfOptions() throws IOException {
    assertThat(Files.readString(ROOT.resolve("conf").resolve("longread.conf")))
        .as("run: deploy/longread options --conf > conf/longread.conf")
        .isEqualTo(OptionsCommand.confFile());
  }

  @Test
  void exampleConfUncommentedIsARunWithDefaults() throws IOException {
    String text = OptionsCommand.confFile().replaceAll("(?m)^# ([a-z-]+) = ", "$1 = ");
    assertThat(ConfigFactory.parseString(text).root().keySet())
        .containsExactlyInAnyOrderElementsOf(
            JobOptions.all().stream().map(JobOption::name).toList());
    Path file = Files.writeString(folder.resolve("all.conf"), text);
    JobConf fromFile = new OptionValues().addCommandLine(REQUIRED).addFile(file).resolve();
    assertThat(fromFile).isEqualTo(new OptionValues().addCommandLine(REQUIRED).resolve());
  }
}
