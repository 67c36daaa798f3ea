package org.longread.job.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Option;

/** What commands that start Spark take for it. */
final class SparkArguments {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master; local[*] where nothing names another.")
  private String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A Spark setting; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  SparkConf conf() {
    return Sparks.conf(settings, master);
  }
}
