package org.longread.job;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
public final class NearestName {
  private NearestName() {}

  /** The known name fewest edits away, if they are few enough for a slip. */
  public static Optional<String> of(String given, Collection<String> known) {
    int most = Math.max(2, given.length() / 3);
    return known.stream()
        .min(Comparator.comparingInt((String name) -> edits(given, name)).thenComparing(n -> n))
        .filter(name -> edits(given, name) <= most || name.startsWith(given));
  }

  /** "; did you mean X?", or nothing. */
  public static String hint(String given, Collection<String> known) {
    return of(given, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  /** Levenshtein's distance. */
  static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
