package org.longread.job.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The parts of a document around the evidence of an answer, in order. However long document and
 * spans are, an excerpt is short.
 *
 * @param spansOutside spans that are not in the document, at least not all of them
 */
record Excerpt(List<Piece> pieces, int spansOutside) implements Serializable {
  private static final int CONTEXT = 180;
  private static final int OPENING = 320;
  private static final int MAX_MARK = 1200;
  private static final int WORD = 24;
  private static final int NEAR = 40;

  /** Some characters of the document. */
  sealed interface Piece extends Serializable permits Plain, Marked, LeftOut {}

  /** Text around evidence. */
  record Plain(String text) implements Piece {}

  /**
   * Evidence.
   *
   * @param rank 1 for the strongest span of the answer
   */
  record Marked(String text, int rank, double weight) implements Piece {}

  /** So many characters that are not shown. */
  record LeftOut(long characters) implements Piece {}

  /** Evidence in UTF-16 units. */
  private record Mark(int from, int to, int rank, double weight) {}

  Excerpt {
    pieces = List.copyOf(pieces);
  }

  /**
   * An excerpt of a text; without spans, its beginning.
   *
   * @param spans strongest first
   */
  static Excerpt of(String text, List<Span> spans) {
    int outside = 0;
    List<Mark> marks = new ArrayList<>();
    int length = text.codePointCount(0, text.length());
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      boolean inside = span.start() >= 0 && span.start() < span.end() && span.end() <= length;
      outside += inside ? 0 : 1;
      if (inside) {
        int from = text.offsetByCodePoints(0, (int) span.start());
        int to = text.offsetByCodePoints(from, (int) (span.end() - span.start()));
        marks.add(new Mark(from, to, i + 1, span.weight()));
      }
    }
    return new Excerpt(new Cutter(text).cut(joined(marks)), outside);
  }

  /** In order; those that overlap or touch become one, ranked as the stronger. */
  private static List<Mark> joined(List<Mark> marks) {
    marks.sort(Comparator.comparingInt(Mark::from));
    List<Mark> joined = new ArrayList<>();
    for (Mark mark : marks) {
      Mark before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (before == null || mark.from() > before.to()) {
        joined.add(mark);
        continue;
      }
      Mark stronger = mark.rank() < before.rank() ? mark : before;
      int to = Math.max(before.to(), mark.to());
      joined.set(
          joined.size() - 1, new Mark(before.from(), to, stronger.rank(), stronger.weight()));
    }
    return joined;
  }

  /** Goes through a text once, and shows or skips what it passes. */
  private static final class Cutter {
    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;

    private Cutter(String text) {
      this.text = text;
    }

    private List<Piece> cut(List<Mark> marks) {
      for (Mark mark : marks) {
        int from = Math.max(at, mark.from() - CONTEXT);
        skipTo(from - at <= NEAR ? at : afterSpace(from));
        plainTo(mark.from());
        mark(mark);
        int next = nextAfter(mark, marks);
        plainTo(beforeSpace(Math.min(next, mark.to() + CONTEXT)));
      }
      if (marks.isEmpty()) {
        plainTo(beforeSpace(Math.min(text.length(), OPENING)));
      }
      if (text.length() - at <= NEAR) {
        plainTo(text.length());
      }
      skipTo(text.length());
      return pieces;
    }

    private int nextAfter(Mark mark, List<Mark> marks) {
      int next = marks.indexOf(mark) + 1;
      return next < marks.size() ? marks.get(next).from() : text.length();
    }

    private void mark(Mark mark) {
      boolean whole = mark.to() - mark.from() <= MAX_MARK;
      markTo(whole ? mark.to() : even(mark.from() + MAX_MARK / 2), mark);
      if (!whole) {
        skipTo(even(mark.to() - MAX_MARK / 2));
        markTo(mark.to(), mark);
      }
    }

    private void markTo(int to, Mark mark) {
      pieces.add(new Marked(text.substring(at, to), mark.rank(), mark.weight()));
      at = to;
    }

    private void plainTo(int to) {
      if (to > at) {
        pieces.add(new Plain(text.substring(at, to)));
        at = to;
      }
    }

    private void skipTo(int to) {
      if (to > at) {
        pieces.add(new LeftOut(text.codePointCount(at, to)));
        at = to;
      }
    }

    /** The next beginning of a word, if one is near. */
    private int afterSpace(int index) {
      for (int i = index; i < Math.min(index + WORD, text.length()); i++) {
        if (Character.isWhitespace(text.charAt(i))) {
          return i + 1;
        }
      }
      return even(index);
    }

    /** The last end of a word, if one is near. */
    private int beforeSpace(int index) {
      for (int i = index; i > Math.max(at, index - WORD) && index < text.length(); i--) {
        if (Character.isWhitespace(text.charAt(i))) {
          return i;
        }
      }
      return Math.max(at, even(index));
    }

    /** An index that parts no surrogate pair. */
    private int even(int index) {
      boolean inside =
          index > 0
              && index < text.length()
              && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
      return inside ? index - 1 : index;
    }
  }
}
