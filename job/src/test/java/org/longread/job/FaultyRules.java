package org.longread.job;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What {@link FaultyFileSystem} does on executors, which tests cannot reach but by configuration.
 * Each rule happens once on the whole cluster: who makes its mark, a file, is it.
 */
final class FaultyRules implements BiPredicate<String, Path> {
  private static final String RULES = "fs.faulty.rules";
  private static final String MARKS = "fs.faulty.marks";
  private static final String INTERRUPTED = "-interrupted";
  private static final long FOREVER_SECONDS = 3600;

  private final List<Rule> rules = new ArrayList<>();
  private final java.nio.file.Path marks;

  private FaultyRules(String[] rules, java.nio.file.Path marks) {
    for (String rule : rules) {
      String[] words = rule.trim().split(" +", 3);
      this.rules.add(new Rule(Effect.valueOf(words[0]), words[1], Pattern.compile(words[2])));
    }
    this.marks = marks;
  }

  private enum Effect {
    FAIL,
    HANG
  }

  private record Rule(Effect effect, String operation, Pattern path) {}

  /**
   * Spark settings for rules.
   *
   * @param marks an empty folder
   * @param rules each {@code FAIL} or {@code HANG}, an operation, and what the whole path matches
   */
  static List<String> settings(java.nio.file.Path marks, String... rules) {
    return List.of(
        "spark.hadoop." + RULES + "=" + String.join(" & ", rules),
        "spark.hadoop." + MARKS + "=" + marks);
  }

  /** Whether a rule has happened. */
  static boolean happened(java.nio.file.Path marks, int rule) {
    return Files.exists(marks.resolve("rule-" + rule));
  }

  /** Whether an attempt that hung by a rule was interrupted. */
  static boolean interrupted(java.nio.file.Path marks, int rule) {
    return Files.exists(marks.resolve("rule-" + rule + INTERRUPTED));
  }

  /** The rules of a configuration, or what is there if it has none. */
  static BiPredicate<String, Path> of(Configuration conf, BiPredicate<String, Path> otherwise) {
    String rules = conf.get(RULES, "");
    return rules.isEmpty()
        ? otherwise
        : new FaultyRules(rules.split("&"), java.nio.file.Path.of(conf.get(MARKS)));
  }

  @Override
  public boolean test(String operation, Path path) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      boolean meant =
          rule.operation.equals(operation) && rule.path.matcher(path.toString()).matches();
      if (meant && mark("rule-" + i)) {
        if (rule.effect == Effect.HANG) {
          hang(i);
        }
        return true;
      }
    }
    return false;
  }

  private void hang(int rule) {
    try {
      TimeUnit.SECONDS.sleep(FOREVER_SECONDS);
    } catch (InterruptedException e) {
      mark("rule-" + rule + INTERRUPTED);
      Thread.currentThread().interrupt();
    }
  }

  private boolean mark(String name) {
    try {
      Files.createFile(marks.resolve(name));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
