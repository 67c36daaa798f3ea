package org.longread.job.cli;

import java.util.concurrent.Callable;
import org.longread.job.JobOption;
import org.longread.job.JobOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the table of options in the two forms the repository keeps: README and conf/. */
@Command(
    name = "options",
    hidden = true,
    header = "Prints the table of options, for README or conf/longread.conf.")
final class OptionsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--markdown", description = "As README has it.")
  private boolean markdown;

  @Option(names = "--conf", description = "As conf/longread.conf has it.")
  private boolean conf;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(conf && !markdown ? confFile() : markdown());
    spec.commandLine().getOut().flush();
    return ExitStatus.DONE.code();
  }

  /** README's table. */
  static String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("| option | takes | default | meaning |\n| --- | --- | --- | --- |\n");
    for (JobOption.Group group : JobOption.Group.values()) {
      table.append("| **").append(group.title()).append("** | | | |\n");
      JobOptions.of(group).forEach(option -> table.append(row(option)));
    }
    return table.toString();
  }

  private static String row(JobOption<?> option) {
    String star = option.about().effect() == JobOption.Effect.RESULTS ? "" : " *";
    return "| `%s`%s | %s | %s | %s |\n"
        .formatted(
            option.name(),
            star,
            option.type().placeholder().replace("|", "\\|"),
            option.isRequired() ? "required" : code(option.byDefault().orElse("")),
            Help.sentence(option));
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  /** The example config file: every option, commented out, at its default. */
  static String confFile() {
    StringBuilder file = new StringBuilder();
    file.append("# Options of a run, in HOCON; use with: longread run --config FILE\n");
    file.append("# Stronger than this file: Spark conf (spark.longread.KEY), then command line.\n");
    for (JobOption.Group group : JobOption.Group.values()) {
      file.append("\n# ---- ").append(group.title()).append("\n");
      JobOptions.of(group)
          .forEach(
              option ->
                  file.append("\n# %s (%s)\n".formatted(Help.sentence(option), takes(option)))
                      .append("# %s = %s\n".formatted(option.name(), value(option))));
    }
    return file.toString();
  }

  private static String takes(JobOption<?> option) {
    return option.isRequired() ? "required: " + option.type().expected() : option.type().expected();
  }

  private static String value(JobOption<?> option) {
    String value = option.byDefault().orElse("");
    boolean number = value.matches("\\d+");
    return number ? value : "\"" + value + "\"";
  }
}
