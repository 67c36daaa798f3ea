package org.longread.kernels;

import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Reads one document of random tokens and prints what was planned and the most memory that was ever
 * resident: {@code PeakMemory MODEL TOKENS}. A JVM of its own, so that nothing else counts.
 */
public final class PeakMemory {
  private PeakMemory() {}

  /** Prints "planned BYTES peak BYTES held BYTES". */
  public static void main(String[] arguments) {
    int tokens = Integer.parseInt(arguments[1]);
    Engine engine = Engine.open(EngineOptions.of(Path.of(arguments[0]), "auto"));
    int vocabulary = engine.config().vocabSize();
    int[] ids = new SplittableRandom(1).ints(tokens, 0, vocabulary).toArray();
    try (Session session = engine.newSession(SessionOptions.DEFAULT)) {
      session.prefill(ids);
      long caches = engine.plannedBytes(tokens, SessionOptions.DEFAULT.indexPrecision());
      System.out.printf(
          Locale.ROOT,
          "planned %d peak %d held %d%n",
          engine.memoryPlan().peakBytes(caches),
          ResidentMemory.peakBytes().orElse(0),
          session.stats().peakCacheBytes());
    }
    engine.close();
  }
}
