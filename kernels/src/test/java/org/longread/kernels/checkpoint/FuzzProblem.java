package org.longread.kernels.checkpoint;

/** What a refusal must be like, whatever the input. */
final class FuzzProblem {
  private static final int LONGEST = 20_000;

  private FuzzProblem() {}

  /** Says what was refused, in not too many words, none of which moves a terminal's cursor. */
  static void requireReadable(CheckpointException refusal) {
    String message = refusal.getMessage();
    boolean plain = message.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c));
    if (!message.startsWith("Cannot ") || message.length() > LONGEST || !plain) {
      throw new IllegalStateException("not a message for users: " + message, refusal);
    }
  }
}
