package org.longread.job.report;

import java.util.Locale;

/**
 * Inline SVG whose colours are the page's classes, so that they follow light and dark. Coordinates
 * are pixels at a width of 360, the narrowest screen.
 */
final class Picture implements AutoCloseable {
  static final double WIDTH = 360;

  private final Markup page;

  /** Where text stands relative to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private Picture(Markup page) {
    this.page = page;
  }

  /**
   * Begins a picture that says something; closing ends it.
   *
   * @param description what a person sees in it, in words
   */
  static Picture open(Markup page, double height, String title, String description) {
    return open(page, "picture", WIDTH, height, "xMidYMid meet", title, description);
  }

  /** Begins a strip, 0..100 wide and 0..10 high, stretched to the width there is. */
  static Picture openStrip(Markup page, String title, String description) {
    return open(page, "strip", 100, 10, "none", title, description);
  }

  private static Picture open(
      Markup page,
      String css,
      double width,
      double height,
      String fit,
      String title,
      String description) {
    String name = page.newId();
    String words = page.newId();
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        css,
        "viewBox",
        "0 0 " + Markup.number(width) + " " + Markup.number(height),
        "preserveAspectRatio",
        fit,
        "role",
        "img",
        "aria-labelledby",
        name + " " + words);
    page.element("title", title, "id", name).element("desc", description, "id", words);
    return new Picture(page);
  }

  /** A bar that only repeats the number beside it. */
  static void bar(Markup page, double share, String css) {
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "bar",
        "viewBox",
        "0 0 100 4",
        "preserveAspectRatio",
        "none",
        "aria-hidden",
        "true");
    Picture bar = new Picture(page);
    bar.rectangle("track", 0, 0, 100, 4);
    bar.rectangle(css, 0, 0, 100 * Math.max(0, Math.min(1, share)), 4);
    bar.close();
  }

  /** The sign of a colour, before its name. */
  static void square(Markup page, String css) {
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "square",
        "viewBox",
        "0 0 10 10",
        "aria-hidden",
        "true");
    Picture square = new Picture(page);
    square.rectangle(css, 0, 0, 10, 10);
    square.close();
  }

  void rectangle(String css, double x, double y, double width, double height) {
    page.empty(
        "rect",
        "class",
        css,
        "x",
        Markup.number(x),
        "y",
        Markup.number(y),
        "width",
        Markup.number(width),
        "height",
        Markup.number(height));
  }

  void line(String css, double x1, double y1, double x2, double y2) {
    page.empty(
        "line",
        "class",
        css,
        "x1",
        Markup.number(x1),
        "y1",
        Markup.number(y1),
        "x2",
        Markup.number(x2),
        "y2",
        Markup.number(y2));
  }

  void path(String css, String points) {
    page.empty("polyline", "class", css, "points", points);
  }

  void dot(double x, double y) {
    page.empty(
        "circle", "class", "dot", "cx", Markup.number(x), "cy", Markup.number(y), "r", "3.5");
  }

  void text(Anchor anchor, double x, double y, String words) {
    page.element(
        "text",
        words,
        "x",
        Markup.number(x),
        "y",
        Markup.number(y),
        "text-anchor",
        anchor.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void close() {
    page.close();
  }
}
