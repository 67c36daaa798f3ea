package org.longread.job.sql;

import static org.longread.job.JobOptions.SPARK_PREFIX;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InvalidRunException;
import org.longread.job.JobConf;
import org.longread.job.JobConf.Task;
import org.longread.job.OptionValues;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Options of a call from a data frame or from SQL: those given to it, then the session's {@code
 * spark.longread.*}, then the defaults. Where documents come from and results go is Spark's affair.
 */
final class FaceOptions {
  private static final String NOT_A_FILE = "not a file";

  /** Options that only a run to files has; of a session's, these are for the runs in it. */
  private static final Set<String> OF_RUNS =
      Set.of(
          "input",
          "input-format",
          "output",
          "compression",
          "partitions",
          "max-failed-fraction",
          "resume",
          "commit-seconds",
          "task");

  /** Options that are arguments where a function is called. */
  private static final Set<String> COLUMNS =
      Set.of(
          "id-column",
          "text-column",
          "tokens-column",
          "part-column",
          "questions-column",
          "continuation-column");

  private FaceOptions() {}

  /**
   * Of a data frame.
   *
   * @throws InvalidRunException naming every option that is unknown, invalid or missing
   */
  static JobConf ofFrame(SparkSession spark, Task task, Map<String, String> given) {
    refuse(given, OF_RUNS, "not an option of a data frame: it is for runs from files to files");
    return resolve(spark, fixed(task), given, "in option(...)");
  }

  /**
   * Of a function.
   *
   * @param second what its second argument is
   * @param where the options were given, for messages
   * @throws InvalidRunException naming every option that is unknown, invalid or missing
   */
  static JobConf ofFunction(
      SparkSession spark, Task task, Argument second, Map<String, String> given, String where) {
    refuse(given, OF_RUNS, "not an option of a function: it is for runs from files to files");
    refuse(given, COLUMNS, "not an option of a function: columns are its arguments");
    Map<String, String> fixed = fixed(task);
    COLUMNS.forEach(column -> fixed.put(column, ""));
    fixed.put("text-column", "text");
    if (second != Argument.NONE) {
      fixed.put(second.option, second.column);
    }
    return resolve(spark, fixed, given, where);
  }

  /** What the second argument of a function is. */
  enum Argument {
    /** There is none. */
    NONE("", ""),
    /** A question to answer. */
    QUESTION("questions-column", "questions"),
    /** Text to score after the document. */
    CONTINUATION("continuation-column", "continuation");

    private final String option;
    private final String column;

    Argument(String option, String column) {
      this.option = option;
      this.column = column;
    }
  }

  private static Map<String, String> fixed(Task task) {
    Map<String, String> fixed = new TreeMap<>();
    fixed.put("task", task.name().toLowerCase(Locale.ROOT));
    fixed.put("input", NOT_A_FILE);
    fixed.put("output", NOT_A_FILE);
    return fixed;
  }

  private static void refuse(Map<String, String> given, Set<String> names, String reason) {
    names.stream()
        .filter(given::containsKey)
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidRunException(
                  "Invalid %s: %s (%s)".formatted(name, given.get(name), reason));
            });
  }

  private static JobConf resolve(
      SparkSession spark, Map<String, String> fixed, Map<String, String> given, String where) {
    Map<String, String> session = session(spark);
    OF_RUNS.forEach(name -> session.remove(SPARK_PREFIX + name));
    return new OptionValues()
        .add(fixed, "by the call")
        .add(given, where)
        .addSparkConf(session)
        .resolve();
  }

  /** What the session's configuration says now. */
  static Map<String, String> session(SparkSession spark) {
    return new LinkedHashMap<>(CollectionConverters.asJava(spark.conf().getAll()));
  }
}
