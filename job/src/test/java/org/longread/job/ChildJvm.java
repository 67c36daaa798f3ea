package org.longread.job;

import java.io.File;
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
    return start(main.getName(), classPath(), log, options, env, arguments);
  }

  /** Starts one with another class path. */
  static Process start(
      String main,
      String classPath,
      Path log,
      List<String> options,
      Map<String, String> env,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(env);
    return builder.redirectOutput(appendTo(log)).start();
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static ProcessBuilder.Redirect appendTo(Path log) {
    return ProcessBuilder.Redirect.appendTo(new File(log.toString()));
  }
}
