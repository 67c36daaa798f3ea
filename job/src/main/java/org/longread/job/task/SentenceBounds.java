package org.longread.job.task;

/**
 * Widens a piece of text to the sentence it stands in, or at least to whole words: back to the end
 * of the sentence before it, on to the end of its own, at most {@value #MAX_CHARACTERS} characters
 * either way. A blank line ends a sentence too.
 */
final class SentenceBounds {
  private static final int MAX_CHARACTERS = 80;

  private SentenceBounds() {}

  /** Where to start so that {@code text} from there includes the sentence at index {@code from}. */
  static int start(String text, int from) {
    int least = Math.max(0, from - MAX_CHARACTERS);
    int word = from;
    for (int i = from; i > least; i--) {
      if (endsSentence(text, i)) {
        return skipSpace(text, i, from);
      }
      if (Character.isWhitespace(text.charAt(i - 1))) {
        word = i;
      }
    }
    return least == 0 ? skipSpace(text, 0, from) : word;
  }

  /**
   * Where to end, exclusive, so that {@code text} up to there ends the sentence {@code to} is in.
   */
  static int end(String text, int to) {
    int most = Math.min(text.length(), to + MAX_CHARACTERS);
    int word = to;
    for (int i = to; i < most; i++) {
      if (endsSentence(text, i)) {
        return i;
      }
      if (Character.isWhitespace(text.charAt(i))) {
        word = i;
      }
    }
    return most == text.length() ? most : word;
  }

  /** Whether a sentence ends before index {@code i}. */
  private static boolean endsSentence(String text, int i) {
    if (i == 0 || i >= text.length() || !Character.isWhitespace(text.charAt(i))) {
      return false;
    }
    char before = text.charAt(i - 1);
    return ".!?".indexOf(before) >= 0 || (before == '\n' && text.charAt(i) == '\n');
  }

  private static int skipSpace(String text, int i, int limit) {
    int at = i;
    while (at < limit && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
