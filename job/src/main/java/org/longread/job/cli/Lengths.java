package org.longread.job.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.longread.job.InvalidRunException;

/** Lists of lengths as people type and read them: 512,4K,1M. */
final class Lengths {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,7})([kKmM]?)");
  private static final int K = 1024;
  private static final int MOST = 16 * K * K;

  private Lengths() {}

  /** The lengths of a list, ascending, each once. */
  static List<Integer> parse(String list, int least) {
    TreeSet<Integer> lengths = new TreeSet<>();
    for (String word : list.split(",", -1)) {
      Matcher match = LENGTH.matcher(word.strip());
      long length = match.matches() ? value(match) : 0;
      if (length < least || length > MOST) {
        throw new InvalidRunException(
            "Invalid lengths: %s (expected numbers from %d to 16M, as in 512,4K,1M)"
                .formatted(word.strip(), least));
      }
      lengths.add(Math.toIntExact(length));
    }
    return new ArrayList<>(lengths);
  }

  private static long value(Matcher match) {
    long unit =
        switch (match.group(2)) {
          case "k", "K" -> K;
          case "m", "M" -> K * K;
          default -> 1;
        };
    return Long.parseLong(match.group(1)) * unit;
  }

  /** 512, 4K, 2.9K, 1M. */
  static String show(double length) {
    return length < K
        ? Long.toString(Math.round(length))
        : length < K * K ? show(length / K, "K") : show(length / K / K, "M");
  }

  private static String show(double n, String unit) {
    String text = String.format(java.util.Locale.ROOT, n < 99.95 ? "%.1f" : "%.0f", n);
    return text.replaceFirst("\\.0$", "") + unit;
  }
}
