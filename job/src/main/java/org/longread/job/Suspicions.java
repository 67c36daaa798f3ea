package org.longread.job;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Documents whose rows stand although a {@link Watchdog} warned of them.
 *
 * @param documents how many
 * @param examples what is wrong with the first of them
 */
public record Suspicions(long documents, List<String> examples) implements Serializable {
  private static final int MOST_EXAMPLES = 3;

  /** Of no document. */
  public static final Suspicions NONE = new Suspicions(0, List.of());

  public Suspicions {
    examples = List.copyOf(examples);
  }

  static Suspicions of(Object document, String warning) {
    return new Suspicions(1, List.of("document " + document + ": " + warning));
  }

  /** Both together. */
  public Suspicions plus(Suspicions other) {
    return new Suspicions(
        documents + other.documents,
        Stream.concat(examples.stream(), other.examples.stream()).limit(MOST_EXAMPLES).toList());
  }
}
