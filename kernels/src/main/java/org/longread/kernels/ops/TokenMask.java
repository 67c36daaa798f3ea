package org.longread.kernels.ops;

/**
 * The tokens that each of some query rows attends to, one bit each.
 *
 * <pre>
 * words  [rows, pages]  bit b of word [i, p]: row i attends to token 64 p + b
 * </pre>
 *
 * <p>Filled by one thread, then only read.
 */
public final class TokenMask {
  private static final int PAGE = TokenPages.PAGE;

  private final long[] words;
  private final int rows;
  private final int pages;

  /** No tokens yet, for rows that see at most {@code tokens} tokens. */
  public TokenMask(int rows, int tokens) {
    this.rows = rows;
    this.pages = (tokens + PAGE - 1) / PAGE;
    this.words = new long[Math.multiplyExact(rows, pages)];
  }

  /** Adds the tokens {@code indices[from] .. indices[from + count - 1]} to a row; -1 is none. */
  public void add(int row, int[] indices, int from, int count) {
    for (int n = from; n < from + count; n++) {
      int s = indices[n];
      if (s >= 0) {
        words[row * pages + s / PAGE] |= 1L << s % PAGE;
      }
    }
  }

  /** Adds the first {@code count} tokens to a row. */
  public void addFirst(int row, int count) {
    for (int p = 0; p * PAGE < count; p++) {
      int inside = Math.min(PAGE, count - p * PAGE);
      words[row * pages + p] |= -1L >>> (PAGE - inside);
    }
  }

  /** Query rows. */
  public int rows() {
    return rows;
  }

  /** The bits of a row within a page; none beyond the last page. */
  public long word(int row, int page) {
    return page < pages ? words[row * pages + page] : 0;
  }

  /** The tokens of a row, ascending. */
  public int[] tokens(int row) {
    int count = 0;
    for (int p = 0; p < pages; p++) {
      count += Long.bitCount(word(row, p));
    }
    int[] tokens = new int[count];
    int n = 0;
    for (int p = 0; p < pages; p++) {
      for (long left = word(row, p); left != 0; left &= left - 1) {
        tokens[n++] = p * PAGE + Long.numberOfTrailingZeros(left);
      }
    }
    return tokens;
  }
}
