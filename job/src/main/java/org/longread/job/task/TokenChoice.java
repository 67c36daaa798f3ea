package org.longread.job.task;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * Chooses the next token from logits: the largest (lowest id on ties), or one drawn at a
 * temperature. Draws depend on document id, question index and seed alone, never on what else runs.
 */
final class TokenChoice {
  private final double temperature;
  private final double topP;
  private long state;

  TokenChoice(double temperature, double topP, long seed) {
    this.temperature = temperature;
    this.topP = topP;
    this.state = seed;
  }

  /** A seed from document, question and the run's seed: FNV-1a over the id, mixed. */
  static long seed(String idText, int questionIndex, long runSeed) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : idText.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return mix(hash ^ mix(runSeed ^ mix(questionIndex)));
  }

  /** Chooses from {@code logits}, [vocabSize], none NaN. */
  int choose(float[] logits) {
    return temperature == 0 ? largest(logits) : draw(logits);
  }

  /** Natural log-probability of {@code token} at temperature 1, in float64. */
  static double logProb(float[] logits, int token) {
    double max = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp(logit - max);
    }
    return logits[token] - max - StrictMath.log(sum);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  /** Nucleus sampling (Holtzman et al., 2019): the fewest likeliest tokens that reach topP. */
  private int draw(float[] logits) {
    double[] weights = new double[logits.length];
    double max = logits[largest(logits)];
    double total = 0;
    for (int id = 0; id < logits.length; id++) {
      weights[id] = StrictMath.exp((logits[id] - max) / temperature);
      total += weights[id];
    }
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted((a, b) -> Double.compare(weights[b], weights[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int nucleus = 0;
    double reached = 0;
    while (nucleus < order.length && (nucleus == 0 || reached < topP * total)) {
      reached += weights[order[nucleus++]];
    }
    double point = nextDouble() * reached;
    for (int i = 0; i < nucleus; i++) {
      point -= weights[order[i]];
      if (point < 0) {
        return order[i];
      }
    }
    return order[nucleus - 1];
  }

  /** SplitMix64 (Steele et al., 2014), spelled out so that no JDK changes a draw. */
  private double nextDouble() {
    state += 0x9e3779b97f4a7c15L;
    return (mix(state) >>> 11) * 0x1.0p-53;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
