package org.longread.kernels.ops;

import java.util.Arrays;

/**
 * A growing matrix of one row per cached token, kept in pages of {@link #PAGE} tokens.
 *
 * <pre>
 * ROWS    page[p] = [PAGE, width]   one token's values side by side: for gathering single tokens
 * LANES   page[p] = [width, PAGE]   one value of PAGE tokens side by side: for scoring all tokens
 * </pre>
 *
 * <p>Token s is slot {@code s % PAGE} of page {@code s / PAGE}. Slots at and beyond {@link #length}
 * hold unspecified values that no operation may let into a result. One session owns its pages;
 * {@link #fork} shares the full ones, which are never written again, and copies the last. Memory
 * follows the tokens held: {@link #bytes}.
 */
public final class TokenPages {
  /** Tokens per page. */
  public static final int PAGE = 64;

  /** The order of a page's elements. */
  public enum Layout {
    /** [PAGE, width]. */
    ROWS,
    /** [width, PAGE]. */
    LANES
  }

  private final int width;
  private final Layout layout;
  private float[][] pages = new float[0][];
  private int length;

  /**
   * An empty matrix.
   *
   * @param width values per token
   */
  public TokenPages(int width, Layout layout) {
    if (width <= 0) {
      throw new IllegalArgumentException("Invalid width: " + width + " (expected 1 or more)");
    }
    this.width = width;
    this.layout = layout;
  }

  /** Values per token. */
  public int width() {
    return width;
  }

  /** The order of a page's elements. */
  public Layout layout() {
    return layout;
  }

  /** Tokens held. */
  public int length() {
    return length;
  }

  /** Bytes of the pages allocated, shared ones included. */
  public long bytes() {
    return (long) pageCount() * PAGE * width * Float.BYTES;
  }

  /** Pages that hold at least one token. */
  public int pageCount() {
    return count(length);
  }

  /** Pages that so many tokens take. */
  public static int count(int tokens) {
    return (tokens + PAGE - 1) / PAGE;
  }

  /** Page {@code p}, shared and not to be written. */
  public float[] page(int p) {
    return pages[p];
  }

  /** Appends one token. */
  public void append(float[] values, int offset) {
    int page = length / PAGE;
    int slot = length % PAGE;
    if (slot == 0) {
      if (page == pages.length) {
        pages = Arrays.copyOf(pages, Math.max(4, pages.length + pages.length / 2));
      }
      if (pages[page] == null) {
        pages[page] = new float[PAGE * width];
      }
    }
    float[] target = pages[page];
    if (layout == Layout.ROWS) {
      System.arraycopy(values, offset, target, slot * width, width);
    } else {
      for (int i = 0; i < width; i++) {
        target[i * PAGE + slot] = values[offset + i];
      }
    }
    length++;
  }

  /**
   * Forgets every token and keeps the pages for others. A fork would see its own pages change, and
   * so would a device that keeps copies of full ones: for matrices that have neither.
   */
  public void clearForReuse() {
    length = 0;
  }

  /** Forgets every token and page. */
  public void clear() {
    length = 0;
    pages = new float[0][];
  }

  /** Appends {@code count} tokens. */
  public void appendAll(Rows rows, int count) {
    for (int i = 0; i < count; i++) {
      append(rows.data(), rows.at(i));
    }
  }

  /** Value {@code i} of token {@code s}. */
  public float get(int s, int i) {
    int slot = s % PAGE;
    return pages[s / PAGE][layout == Layout.ROWS ? slot * width + i : i * PAGE + slot];
  }

  /** An independent continuation that shares every full page with this one. */
  public TokenPages fork() {
    TokenPages copy = new TokenPages(width, layout);
    copy.pages = Arrays.copyOf(pages, pageCount());
    if (length % PAGE != 0) {
      int last = length / PAGE;
      copy.pages[last] = pages[last].clone();
    }
    copy.length = length;
    return copy;
  }
}
