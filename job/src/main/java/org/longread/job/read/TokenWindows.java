package org.longread.job.read;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.longread.job.task.Tokens;

/**
 * Tokens of a text of any length in bounded memory, as one call for the whole would give them. A
 * tokenizer's native call takes some hundred bytes a token beside what it returns, so long texts go
 * through it in windows.
 *
 * <p>Windows overlap, and each begins where a token of the one before begins. Two are joined only
 * inside a run of tokens that both find at the same offsets, beyond what the cut at either's edge
 * reaches: not at white space, which tokens far to the right may take in. Where they do not agree,
 * the window is made larger, at last up to the end of the text.
 *
 * @param encode tokens of a piece, with offsets in code points
 * @param windowChars of a piece, in UTF-16 units
 * @param overlapChars that two pieces share, a fraction of that
 */
record TokenWindows(Function<String, Tokens> encode, int windowChars, int overlapChars) {
  /** Tokens in a row that two windows must agree on. */
  static final int AGREED = 64;

  private static final int WINDOW_CHARS = 64 << 10;
  private static final int OVERLAP_CHARS = 4 << 10;

  TokenWindows {
    if (overlapChars <= 0 || overlapChars > windowChars / 2) {
      throw new IllegalArgumentException(
          "Invalid overlap: %d (expected 1 to %d, half a window)"
              .formatted(overlapChars, windowChars / 2));
    }
  }

  /** Of the usual size: some ten megabytes in native memory. */
  TokenWindows(Function<String, Tokens> encode) {
    this(encode, WINDOW_CHARS, OVERLAP_CHARS);
  }

  /** Tokens of a text, with offsets in code points. */
  Tokens tokens(String text) {
    Joined joined = new Joined();
    Window window = window(text, 0, 0, windowChars);
    int first = 0;
    while (window.end() < text.length()) {
      int length = window.end() - window.begin();
      int next = window.tokenNear(window.end() - length / (windowChars / overlapChars));
      boolean goesOn = next > first;
      Window after = goesOn ? following(window, next) : window;
      Optional<Seam> seam = goesOn ? Seam.between(window, next, after) : Optional.empty();
      if (seam.isPresent()) {
        joined.add(window.tokens(), first, seam.get().before(), window.codePoints());
        window = after;
        first = seam.get().after();
      } else {
        int larger = (int) Math.min(2L * length, text.length() - (long) window.begin());
        window = window(text, window.begin(), window.codePoints(), larger);
      }
    }
    joined.add(window.tokens(), first, window.tokens().count(), window.codePoints());
    return joined.tokens();
  }

  /** The window that begins at a token of one, and goes as far beyond its end as overlaps. */
  private Window following(Window window, int token) {
    int points = window.tokens().starts()[token];
    int begin = window.text().offsetByCodePoints(window.begin(), points);
    int chars = Math.max(windowChars, 2 * (window.end() - begin));
    return window(window.text(), begin, window.codePoints() + points, chars);
  }

  private Window window(String text, int begin, int codePoints, int chars) {
    int end = (int) Math.min((long) begin + chars, text.length());
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end++;
    }
    return new Window(text, begin, end, codePoints, encode.apply(text.substring(begin, end)));
  }

  /**
   * A piece.
   *
   * @param begin in the text's chars
   * @param end likewise, exclusive
   * @param codePoints of the text before it
   * @param tokens with offsets from its own beginning
   */
  private record Window(String text, int begin, int end, int codePoints, Tokens tokens) {
    /** A token that begins, alone, at or after a char of the text; -1 if there is none. */
    int tokenNear(int at) {
      int points = text.codePointCount(begin, at);
      int[] starts = tokens.starts();
      int found = Arrays.binarySearch(starts, points);
      for (int i = Math.max(1, found < 0 ? -found - 1 : found); i < starts.length; i++) {
        if (starts[i] >= points && starts[i] > starts[i - 1] && starts[i] >= tokens.ends()[i - 1]) {
          return i;
        }
      }
      return -1;
    }

    boolean same(int token, Window other, int otherToken) {
      return tokens.ids()[token] == other.tokens.ids()[otherToken]
          && start(token) == other.start(otherToken)
          && end(token) == other.end(otherToken);
    }

    int start(int token) {
      return codePoints + tokens.starts()[token];
    }

    int end(int token) {
      return codePoints + tokens.ends()[token];
    }

    /** Whether some of these tokens has something other than white space. */
    boolean hasText(int from, int to) {
      int first = text.offsetByCodePoints(begin, tokens.starts()[from]);
      int last = text.offsetByCodePoints(begin, tokens.ends()[to - 1]);
      return !text.substring(first, Math.max(first, last)).isBlank();
    }
  }

  /**
   * Where one window hands over to the next.
   *
   * @param before the token of the first that is not taken from it
   * @param after the same token in the second
   */
  private record Seam(int before, int after) {
    /** In the first long run that both have, from a token of the first on. */
    static Optional<Seam> between(Window one, int from, Window two) {
      int run = 0;
      int i = from;
      int j = 0;
      while (i < one.tokens().count() && j < two.tokens().count()) {
        run = one.same(i, two, j) ? run + 1 : 0;
        if (run >= AGREED && run % AGREED == 0 && one.hasText(i + 1 - run / 2, i + 1)) {
          return Optional.of(new Seam(i + 1 - run / 2, j + 1 - run / 2));
        }
        int order = run > 0 ? 0 : Integer.compare(one.start(i), two.start(j));
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
      }
      return Optional.empty();
    }
  }

  /** What is settled; grows. */
  private static final class Joined {
    private int[] ids = new int[0];
    private int[] starts = new int[0];
    private int[] ends = new int[0];
    private int count;

    void add(Tokens tokens, int from, int to, int codePoints) {
      if (count + to - from > ids.length) {
        int room = (int) Math.min(Integer.MAX_VALUE - 8L, (count + to - from) * 3L / 2);
        ids = Arrays.copyOf(ids, room);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
      }
      for (int i = from; i < to; i++) {
        ids[count] = tokens.ids()[i];
        starts[count] = codePoints + tokens.starts()[i];
        ends[count] = codePoints + tokens.ends()[i];
        count++;
      }
    }

    Tokens tokens() {
      return new Tokens(
          Arrays.copyOf(ids, count), Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
    }
  }
}
