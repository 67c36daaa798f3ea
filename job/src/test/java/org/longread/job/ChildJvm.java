package org.longread.job;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts JVMs like this one: its class path, its module options; so that they can be killed. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Starts one.
   *
   * @param log what it says is added there
   * @param options of the JVM, after those of this one
   */
  static Process start(
      Class<?> main, Path log, List<String> options, Map<String, String> env, String... arguments)
      throws IOException {
    ProcessBuilder builder = builder(command(main, options, arguments), log);
    builder.environment().putAll(env);
    return builder.start();
  }

  /** Starts a command whose last arguments are the command line of one. */
  static Process wrapped(
      List<String> command, Class<?> main, Path log, List<String> options, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(command(main, options, arguments));
    return builder(all, log).start();
  }

  private static List<String> command(Class<?> main, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static ProcessBuilder builder(List<String> command, Path log) {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }
}
