package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.longread.job.Credentials;

/** Says in a line or two what went wrong, whatever Spark has wrapped it in. */
final class Failure {
  /** What an executor threw, quoted by Spark's driver: "(host executor 1): class: message". */
  private static final Pattern ON_EXECUTOR =
      Pattern.compile("Lost task .*?\\(TID \\d+\\) \\((.*?)\\): (.*)");

  private Failure() {}

  /** One line per mistake, each after the program's name. */
  static void print(String message, PrintWriter err) {
    Credentials.leftOut(message).lines().forEach(line -> err.println("longread: " + line));
  }

  /** The outermost reason that is worded for people; where there is none, the root. */
  static String describe(Throwable failure) {
    List<Throwable> chain = chain(failure);
    for (Throwable cause : chain) {
      String message = String.valueOf(cause.getMessage());
      if (message.startsWith("Cannot ") || message.startsWith("Invalid ")) {
        return message;
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    String message = root.getMessage() == null ? "" : root.getMessage();
    Matcher onExecutor = ON_EXECUTOR.matcher(message);
    if (onExecutor.find()) {
      return "Cannot finish: " + onExecutor.group(2) + " (" + onExecutor.group(1) + ")";
    }
    String first = message.lines().findFirst().orElse("no message");
    return "Cannot finish: " + root.getClass().getSimpleName() + ": " + first;
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && !chain.contains(cause);
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }
}
