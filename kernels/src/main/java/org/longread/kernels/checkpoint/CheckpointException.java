package org.longread.kernels.checkpoint;

import java.util.List;

/**
 * A model folder that cannot be used: what is wrong with its files. The message says all of it, to
 * be shown to a user as it stands; {@link #problems} has the parts.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Problems written out in a message. */
  static final int SHOWN = 20;

  private final String[] problems;

  /** One problem, written in full. */
  public CheckpointException(String message) {
    super(message);
    this.problems = new String[] {message};
  }

  /** One problem with its cause. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
    this.problems = new String[] {message};
  }

  /**
   * Many problems.
   *
   * @param subject what could not be done, as in "Cannot read config.json"
   * @param problems the problems found, at least one
   * @param found how many there are, if more than kept
   */
  CheckpointException(String subject, List<String> problems, long found) {
    super(message(subject, problems, found));
    this.problems = problems.toArray(new String[0]);
  }

  private static String message(String subject, List<String> problems, long found) {
    if (found == 1) {
      return subject + ": " + problems.get(0);
    }
    StringBuilder text = new StringBuilder(subject).append(": ").append(found).append(" problems");
    for (String problem : problems.subList(0, Math.min(SHOWN, problems.size()))) {
      text.append("\n  ").append(problem);
    }
    if (found > SHOWN) {
      text.append("\n  ... and ").append(found - SHOWN).append(" more");
    }
    return text.toString();
  }

  /** The problems one by one; the first thousand where there are more. */
  public List<String> problems() {
    return List.of(problems);
  }
}
