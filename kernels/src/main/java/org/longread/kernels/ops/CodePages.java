package org.longread.kernels.ops;

import java.util.Arrays;

/**
 * A growing matrix of 8-bit codes, one row and one scale per cached token, in pages of {@link
 * TokenPages#PAGE} tokens.
 *
 * <pre>
 * codes(p)   [width, PAGE]  int8     one value of PAGE tokens side by side
 * scales(p)  [PAGE]         float32  value = code * scale
 * </pre>
 *
 * <p>Owned and forked as {@link TokenPages} is; slots beyond {@link #length} are unspecified.
 */
public final class CodePages {
  private static final int PAGE = TokenPages.PAGE;

  private final int width;
  private byte[][] codes = new byte[0][];
  private float[][] scales = new float[0][];
  private int length;

  /**
   * An empty matrix.
   *
   * @param width values per token, at most {@link Int8Codes#MOST_DIMENSIONS}
   */
  public CodePages(int width) {
    if (width <= 0 || width > Int8Codes.MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "Invalid width: " + width + " (expected 1.." + Int8Codes.MOST_DIMENSIONS + ")");
    }
    this.width = width;
  }

  /** Values per token. */
  public int width() {
    return width;
  }

  /** Tokens held. */
  public int length() {
    return length;
  }

  /** Bytes of the pages allocated, shared ones included. */
  public long bytes() {
    return (long) pageCount() * PAGE * (width + Float.BYTES);
  }

  private int pageCount() {
    return (length + PAGE - 1) / PAGE;
  }

  /** Codes of page {@code p}, shared and not to be written. */
  public byte[] codes(int p) {
    return codes[p];
  }

  /** Scales of page {@code p}, shared and not to be written. */
  public float[] scales(int p) {
    return scales[p];
  }

  /**
   * Appends one token.
   *
   * @param values its codes, as whole floats of -127 to 127
   */
  public void append(float[] values, int offset, float scale) {
    int page = length / PAGE;
    int slot = length % PAGE;
    if (slot == 0) {
      if (page == codes.length) {
        int room = Math.max(4, page + page / 2);
        codes = Arrays.copyOf(codes, room);
        scales = Arrays.copyOf(scales, room);
      }
      if (codes[page] == null) {
        codes[page] = new byte[PAGE * width];
        scales[page] = new float[PAGE];
      }
    }
    for (int i = 0; i < width; i++) {
      codes[page][i * PAGE + slot] = (byte) values[offset + i];
    }
    scales[page][slot] = scale;
    length++;
  }

  /** Forgets every token and keeps the pages for others; nothing may be forked from this. */
  public void clearForReuse() {
    length = 0;
  }

  /** An independent continuation that shares every full page with this one. */
  public CodePages fork() {
    CodePages copy = new CodePages(width);
    copy.codes = Arrays.copyOf(codes, pageCount());
    copy.scales = Arrays.copyOf(scales, pageCount());
    if (length % PAGE != 0) {
      int last = length / PAGE;
      copy.codes[last] = codes[last].clone();
      copy.scales[last] = scales[last].clone();
    }
    copy.length = length;
    return copy;
  }
}
