package org.longread.job.cli;

/** A piece of a document around a span, on one line. */
final class Snippet {
  private static final int WIDTH = 88;

  private Snippet() {}

  /** The span, marked, with as much text on both sides as a line has room for. */
  static String of(String text, DemoAnswer.Span span, Ink ink) {
    int[] codePoints = text.codePoints().toArray();
    int start = clamp(span.start(), codePoints);
    int end = Math.min(clamp(span.end(), codePoints), start + WIDTH);
    int room = WIDTH - (end - start);
    int from = Math.max(0, start - room / 2);
    int to = Math.min(codePoints.length, end + room - (start - from));
    return (from > 0 ? "..." : "")
        + line(codePoints, from, start)
        + ink.mark(line(codePoints, start, end))
        + line(codePoints, end, to)
        + (to < codePoints.length ? "..." : "");
  }

  private static int clamp(int offset, int[] codePoints) {
    return Math.max(0, Math.min(offset, codePoints.length));
  }

  private static String line(int[] codePoints, int from, int to) {
    return new String(codePoints, from, to - from).replaceAll("\\s", " ");
  }
}
