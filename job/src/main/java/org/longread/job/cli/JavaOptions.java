package org.longread.job.cli;

import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** Prints what an embedded JVM is started with, one option a line; those for the heap last. */
public final class JavaOptions {
  private static final String OPENS = "--add-opens=";

  private JavaOptions() {}

  /** Prints the options. */
  public static void main(String[] arguments) {
    options().forEach(System.out::println);
    Runtime runtime = Runtime.getRuntime();
    HeapOptions.of(runtime.availableProcessors(), runtime.maxMemory()).forEach(System.out::println);
  }

  /**
   * What Spark wants its JVMs started with, without packages that this JDK lacks: it would warn of
   * each.
   */
  static Stream<String> options() {
    return Stream.of(JavaModuleOptions.defaultModuleOptionArray())
        .filter(option -> !option.startsWith(OPENS) || isPresent(option));
  }

  /** Whether the package of {@code --add-opens=MODULE/PACKAGE=ALL-UNNAMED} is there. */
  private static boolean isPresent(String option) {
    String[] names = option.substring(OPENS.length()).split("[/=]", 3);
    return ModuleLayer.boot()
        .findModule(names[0])
        .filter(module -> module.getPackages().contains(names[1]))
        .isPresent();
  }
}
