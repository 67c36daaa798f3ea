package org.longread.job.cli;

/** Colours where a person watches, plain text everywhere else. */
final class Ink {
  private static final Ink PLAIN = new Ink(false);
  private static final Ink COLOURED = new Ink(true);

  private final boolean coloured;

  private Ink(boolean coloured) {
    this.coloured = coloured;
  }

  /** Colours if standard output is a terminal and nobody said NO_COLOR. */
  static Ink forTerminal() {
    boolean terminal = "1".equals(System.getenv("LONGREAD_TTY"));
    return terminal && System.getenv("NO_COLOR") == null ? COLOURED : PLAIN;
  }

  static Ink plain() {
    return PLAIN;
  }

  String good(String text) {
    return paint("32", text);
  }

  String notice(String text) {
    return paint("33", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String strong(String text) {
    return paint("1", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  /** A span inside text: inverse on a terminal, in brackets elsewhere. */
  String mark(String text) {
    return coloured ? paint("1;7", text) : "[" + text + "]";
  }

  private String paint(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
