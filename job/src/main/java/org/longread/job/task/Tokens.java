package org.longread.job.task;

import java.util.Arrays;

/**
 * Tokens of a text and where they stand in it.
 *
 * @param ids token ids
 * @param starts first character of each token, in Unicode code points; for token input the token's
 *     own position
 * @param ends one past the last character of each token
 */
public record Tokens(int[] ids, int[] starts, int[] ends) {
  /** No tokens. */
  public static final Tokens NONE = new Tokens(new int[0], new int[0], new int[0]);

  public Tokens {
    if (ids.length != starts.length || ids.length != ends.length) {
      throw new IllegalArgumentException(
          "Invalid token offsets: %d starts, %d ends (expected %d, one per token)"
              .formatted(starts.length, ends.length, ids.length));
    }
  }

  /** Tokens that were given as such; each stands at its own position. */
  public static Tokens ofIds(int[] ids) {
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    Arrays.setAll(starts, i -> i);
    Arrays.setAll(ends, i -> i + 1);
    return new Tokens(ids, starts, ends);
  }

  /** How many. */
  public int count() {
    return ids.length;
  }

  /** The first {@code head} and the last {@code tail} tokens, offsets unchanged. */
  public Tokens ends(int head, int tail) {
    return new Tokens(keep(ids, head, tail), keep(starts, head, tail), keep(ends, head, tail));
  }

  /** First ids, then second ids. */
  public static int[] join(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static int[] keep(int[] values, int head, int tail) {
    int[] kept = Arrays.copyOf(values, head + tail);
    System.arraycopy(values, values.length - tail, kept, head, tail);
    return kept;
  }
}
