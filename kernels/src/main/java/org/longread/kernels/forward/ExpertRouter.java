package org.longread.kernels.forward;

import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.Exponential;

/**
 * Group-limited routing (dsa-spec section 4.5): experts are chosen by score plus bias, weighted by
 * score alone. Scores are sigmoids, and a group counts what its two best experts do; or they are a
 * softmax, and a group counts what its best one does (DeepSeek-V2). Ties go to the lower index.
 */
public final class ExpertRouter {
  /** Added to a sum of weights, as Hugging Face transformers does: all may be next to nothing. */
  private static final float LEAST_SUM = 1e-20f;

  private final ModelConfig.FeedForward config;
  private final float[] choiceBias;

  /**
   * @param choiceBias e_score_correction_bias [E]
   */
  public ExpertRouter(ModelConfig.FeedForward config, float[] choiceBias) {
    this.config = config;
    this.choiceBias = choiceBias.clone();
  }

  /**
   * Chooses for one token.
   *
   * @param logits router logits, [E] from {@code at} on
   * @param experts receives the chosen experts, ascending
   * @param weights receives their weights, aligned
   */
  public void route(float[] logits, int at, int[] experts, float[] weights) {
    int count = config.routedExperts();
    float[] gate = scores(logits, at);
    float[] choice = new float[count];
    for (int e = 0; e < count; e++) {
      choice[e] = gate[e] + choiceBias[e];
    }
    if (config.groups() > 1) {
      excludeGroups(choice);
    }
    chooseTop(choice, experts);
    float sum = 0f;
    for (int n = 0; n < experts.length; n++) {
      weights[n] = gate[experts[n]];
      sum += weights[n];
    }
    float factor = config.routedScaling();
    if (config.normalizeWeights()) {
      factor /= sum + LEAST_SUM;
    }
    for (int n = 0; n < experts.length; n++) {
      weights[n] *= factor;
    }
  }

  private float[] scores(float[] logits, int at) {
    float[] scores = new float[config.routedExperts()];
    if (config.routing() == ModelConfig.Routing.SIGMOID) {
      for (int e = 0; e < scores.length; e++) {
        scores[e] = Exponential.sigmoid(logits[at + e]);
      }
      return scores;
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (int e = 0; e < scores.length; e++) {
      largest = Math.max(largest, logits[at + e]);
    }
    float sum = 0;
    for (int e = 0; e < scores.length; e++) {
      scores[e] = Exponential.exp(logits[at + e] - largest);
      sum += scores[e];
    }
    for (int e = 0; e < scores.length; e++) {
      scores[e] /= sum;
    }
    return scores;
  }

  /** Sets the choice scores outside the best groups to minus infinity. */
  private void excludeGroups(float[] choice) {
    int size = choice.length / config.groups();
    float[] best = new float[config.groups()];
    for (int g = 0; g < best.length; g++) {
      float first = Float.NEGATIVE_INFINITY;
      float second = Float.NEGATIVE_INFINITY;
      for (int e = g * size; e < (g + 1) * size; e++) {
        if (choice[e] > first) {
          second = first;
          first = choice[e];
        } else if (choice[e] > second) {
          second = choice[e];
        }
      }
      boolean two = config.routing() == ModelConfig.Routing.SIGMOID && size > 1;
      best[g] = two ? first + second : first;
    }
    int[] kept = new int[config.topGroups()];
    chooseTop(best, kept);
    boolean[] isKept = new boolean[best.length];
    for (int g : kept) {
      isKept[g] = true;
    }
    for (int e = 0; e < choice.length; e++) {
      if (!isKept[e / size]) {
        choice[e] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The indices of the largest scores, ascending; ties to the lower index. */
  private static void chooseTop(float[] scores, int[] chosen) {
    boolean[] taken = new boolean[scores.length];
    for (int n = 0; n < chosen.length; n++) {
      int best = -1;
      for (int e = 0; e < scores.length; e++) {
        if (!taken[e] && (best < 0 || scores[e] > scores[best])) {
          best = e;
        }
      }
      taken[best] = true;
    }
    int n = 0;
    for (int e = 0; e < scores.length; e++) {
      if (taken[e]) {
        chosen[n++] = e;
      }
    }
  }
}
