package org.longread.kernels.checkpoint;

/** Text from a file, made fit for a message: no control characters, not too long. */
final class Printable {
  private static final int LONGEST = 160;

  private Printable() {}

  static String of(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < LONGEST; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || (c >= 0x2028 && c <= 0x202E)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return text.length() > LONGEST ? out + "..." : out.toString();
  }
}
