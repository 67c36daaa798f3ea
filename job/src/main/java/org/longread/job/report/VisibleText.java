package org.longread.job.report;

/**
 * Text of strangers as a page can show it: what HTML cannot hold, or what would reorder the text
 * around it, stands there as a sign of its own.
 */
final class VisibleText {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int CONTROL_PICTURES = 0x2400;

  /** Marks on one letter; no script needs more, and a pile of them covers the lines around. */
  private static final int MOST_MARKS = 8;

  private VisibleText() {}

  /** The text, line feeds and tabs kept. */
  static String of(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    int marks = 0;
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      int before = marks;
      marks = isMark(c) ? marks + 1 : 0;
      if (marks == 0) {
        endMarks(before, visible);
      }
      if (marks <= MOST_MARKS) {
        append(c, visible);
      }
    }
    endMarks(marks, visible);
    return visible.toString();
  }

  /** Counts the marks that were left out. */
  private static void endMarks(int marks, StringBuilder visible) {
    if (marks > MOST_MARKS) {
      visible.append(String.format("\u27E8+%d marks\u27E9", marks - MOST_MARKS));
    }
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static void append(int c, StringBuilder visible) {
    if (c == '\n' || c == '\t') {
      visible.append((char) c);
    } else if (c < ' ') {
      visible.append((char) (CONTROL_PICTURES + c));
    } else if (isUnpaired(c) || isNoCharacter(c)) {
      visible.append(REPLACEMENT);
    } else if ((c >= 0x7F && c <= 0x9F) || reorders(c)) {
      visible.append(String.format("\u27E8U+%04X\u27E9", c));
    } else {
      visible.appendCodePoint(c);
    }
  }

  private static boolean isUnpaired(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static boolean isNoCharacter(int c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  }

  /** Embeddings, overrides and isolates; marks of direction are part of honest text. */
  private static boolean reorders(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }
}
