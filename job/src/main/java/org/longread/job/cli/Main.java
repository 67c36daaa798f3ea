package org.longread.job.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.longread.job.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the command line and of spark-submit. */
@Command(
    name = "longread",
    versionProvider = Version.class,
    header = "Reads long documents with sparse attention, on Spark.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "More on a command: longread COMMAND --help"})
@SuppressWarnings("UnusedVariable") // picocli itself reads help and version
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show versions and exit.")
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where a failure comes from.")
  private boolean stackTrace;

  private Main() {}

  /** Runs a command and ends the process with its status. */
  public static void main(String[] arguments) {
    int status = run(arguments);
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Runs a command inside this process.
   *
   * @return the exit status: 0 done, 1 failed, 2 invalid, 3 too many rows failed
   */
  public static int run(String... arguments) {
    return run(
        new PrintWriter(System.out, true, UTF_8),
        new PrintWriter(System.err, true, UTF_8),
        arguments);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    return commandLine(main).setOut(out).setErr(err).execute(arguments);
  }

  static CommandLine commandLine() {
    return commandLine(new Main());
  }

  private static CommandLine commandLine(Main main) {
    CommandLine line = new CommandLine(main);
    line.addSubcommand(new DemoCommand())
        .addSubcommand(RunCommand.NAME, RunCommand.commandLine())
        .addSubcommand(new BenchCommand())
        .addSubcommand(new ReportCommand())
        .addSubcommand(new InspectCommand())
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new DoctorCommand())
        .addSubcommand(new OptionsCommand())
        .addSubcommand(new MakeCheckpointCommand());
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(main::refuse)
        .setExecutionExceptionHandler((failure, command, parsed) -> main.fail(failure, command))
        .setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(false)
        .setAllowSubcommandsAsOptionParameters(true)
        .setOverwrittenOptionsAllowed(false);
  }

  /** Without a command there is nothing to do but say what there is. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitStatus.INVALID.code();
  }

  private int refuse(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String message = failure.getMessage();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      message = unknown(unmatched.getUnmatched(), command);
    }
    Failure.print(message, command.getErr());
    command.getErr().println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitStatus.INVALID.code();
  }

  private static String unknown(List<String> words, CommandLine command) {
    String word = words.get(0).split("=", 2)[0];
    if (word.startsWith("-")) {
      List<String> known = command.getCommandSpec().optionsMap().keySet().stream().toList();
      return "Invalid option: %s (unknown%s)".formatted(word, NearestName.hint(word, known));
    }
    List<String> known = command.getSubcommands().keySet().stream().toList();
    return known.isEmpty()
        ? "Invalid argument: " + word + " (expected none here)"
        : "Invalid command: %s (unknown%s)".formatted(word, NearestName.hint(word, known));
  }

  private int fail(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    Failure.print(Failure.describe(failure), err);
    if (stackTrace || "1".equals(System.getenv("LONGREAD_DEBUG"))) {
      failure.printStackTrace(err);
    } else if (ExitStatus.of(failure) == ExitStatus.FAILED) {
      err.println("More: add --stacktrace, or see the log of the Spark executors.");
    }
    return ExitStatus.of(failure).code();
  }
}
