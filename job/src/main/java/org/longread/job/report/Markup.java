package org.longread.job.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes HTML that is XML as well. Elements and names of attributes are constants of this program;
 * every value and every text is escaped, wherever it comes from.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();
  private int ids;

  /** Opens an element; attributes are names and values in turn. */
  Markup open(String element, String... attributes) {
    tag(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Closes the element opened last. */
  Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Text where the page is. */
  Markup text(String words) {
    out.append(escape(words));
    return this;
  }

  /** An element with text alone. */
  Markup element(String element, String words, String... attributes) {
    return open(element, attributes).text(words).close();
  }

  /** An element without content. */
  Markup empty(String element, String... attributes) {
    tag(element, attributes);
    out.append("/>");
    return this;
  }

  /** A line feed, for those who read the source. */
  Markup line() {
    out.append('\n');
    return this;
  }

  /** An id no other element of this page has. */
  String newId() {
    return "n" + ids++;
  }

  /** The page's style, which is ours and holds no {@code <} or {@code &}. */
  Markup style(String css) {
    if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0) {
      throw new IllegalArgumentException("Invalid style: it holds < or &");
    }
    out.append("<style>").append(css).append("</style>");
    return this;
  }

  /** The document; everything opened is closed. */
  String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Cannot finish: " + open + " still open");
    }
    return "<!DOCTYPE html>\n" + out + "\n";
  }

  /** A coordinate or length of a picture. */
  static String number(double n) {
    return String.format(Locale.ROOT, "%.2f", n).replaceFirst("\\.?0+$", "");
  }

  private void tag(String element, String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
  }

  private static String escape(String words) {
    return VisibleText.of(words)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
