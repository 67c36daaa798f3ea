package org.longread.job.cli;

import org.apache.spark.launcher.JavaModuleOptions;

/** Prints what Spark wants its JVMs started with, one option a line: an argument file for java. */
public final class JavaOptions {
  private JavaOptions() {}

  /** Prints the options. */
  public static void main(String[] arguments) {
    for (String option : JavaModuleOptions.defaultModuleOptionArray()) {
      System.out.println(option);
    }
  }
}
