package org.longread.job.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The few elements a chart is made of. Coordinates are pixels from the top left. */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /** A point. */
  record Point(double x, double y) {}

  /** Where text stands relative to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /**
   * How a line looks.
   *
   * @param dashes as stroke-dasharray; empty for a solid line
   */
  record Stroke(String colour, double width, String dashes) {
    static Stroke solid(String colour, double width) {
      return new Stroke(colour, width, "");
    }
  }

  /**
   * How text looks.
   *
   * @param weight normal or bold
   */
  record Font(double size, String weight, String colour) {}

  Svg(double width, double height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\""
            + " font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif\">",
        width, height, width, height);
    rectangle(new Point(0, 0), width, height, "#ffffff");
  }

  void rectangle(Point at, double width, double height, String fill) {
    add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        at.x(), at.y(), width, height, fill);
  }

  void line(Point from, Point to, Stroke stroke) {
    add(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" %s/>",
        from.x(), from.y(), to.x(), to.y(), attributes(stroke));
  }

  /** A line through points; the name is its title, for readers and tests. */
  void path(String name, List<Point> points, Stroke stroke) {
    String joined =
        points.stream()
            .map(p -> number(p.x()) + "," + number(p.y()))
            .collect(Collectors.joining(" "));
    add(
        "<polyline fill=\"none\" stroke-linejoin=\"round\" points=\"%s\" %s><title>%s</title>"
            + "</polyline>",
        joined, attributes(stroke), escape(name));
  }

  void dot(Point at, double radius, String colour) {
    add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>", at.x(), at.y(), radius, colour);
  }

  void text(Point at, Anchor anchor, Font font, String words) {
    add(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" font-size=\"%s\" font-weight=\"%s\""
            + " fill=\"%s\">%s</text>",
        at.x(),
        at.y(),
        anchor.name().toLowerCase(Locale.ROOT),
        font.size(),
        font.weight(),
        font.colour(),
        escape(words));
  }

  /** The whole document. */
  String finish() {
    return text + "</svg>\n";
  }

  private static String attributes(Stroke stroke) {
    String dashes =
        stroke.dashes().isEmpty() ? "" : " stroke-dasharray=\"" + stroke.dashes() + "\"";
    return "stroke=\""
        + stroke.colour()
        + "\" stroke-width=\""
        + number(stroke.width())
        + "\""
        + dashes;
  }

  private void add(String element, Object... values) {
    Object[] plain = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      plain[i] = values[i] instanceof Double n ? number(n) : values[i];
    }
    text.append(String.format(Locale.ROOT, element, plain)).append('\n');
  }

  private static String number(double n) {
    return String.format(Locale.ROOT, "%.1f", n).replaceFirst("\\.0$", "");
  }

  private static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
