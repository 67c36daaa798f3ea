package org.longread.job;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The engine every executor opens, as the driver found it.
 *
 * @param model where it is, as given: a local path or any Hadoop path
 * @param sha256 of its files
 * @param tokenizes whether the run needs its tokenizer
 * @param threads threads of an executor that may compute at once
 */
record EngineSpec(String model, String sha256, boolean tokenizes, int threads)
    implements Serializable {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");

  /** Processors an executor of this cluster is given. */
  static int executorThreads(SparkConf conf) {
    Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
    if (!local.matches()) {
      return conf.getInt("spark.executor.cores", 1);
    }
    String given = Optional.ofNullable(local.group(1)).orElse("1");
    int slots =
        given.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(given);
    return conf.getInt("spark.default.parallelism", slots);
  }

  /** The same engine, whether or not its tokenizer is needed. */
  EngineSpec tokenizing() {
    return new EngineSpec(model, sha256, true, threads);
  }
}
