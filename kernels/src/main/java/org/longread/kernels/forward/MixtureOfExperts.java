package org.longread.kernels.forward;

import java.util.Arrays;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/**
 * Shared expert plus the chosen experts, each computed once over all rows routed to it. A row's sum
 * runs shared first, then experts in ascending order, so it does not depend on other rows.
 */
final class MixtureOfExperts {
  private final int layer;
  private final ModelWeights.Experts weights;
  private final ModelConfig.FeedForward config;
  private final ExpertRouter router;

  MixtureOfExperts(int layer, ModelWeights.Experts weights, ModelConfig.FeedForward config) {
    this.layer = layer;
    this.weights = weights;
    this.config = config;
    this.router = new ExpertRouter(config, weights.choiceBias());
  }

  /** Rows [t, D] into out [t, D]. */
  void apply(Pass pass, Rows x, Rows out) {
    int t = pass.size();
    int width = weights.router().cols();
    Assignment assignment = route(pass, x);
    if (weights.shared().isPresent()) {
      MlpBlock.apply(pass.ops(), weights.shared().get(), t, x, out);
    } else {
      Arrays.fill(out.data(), out.offset(), out.at(t), 0f);
    }
    float[] gathered = new float[t * width];
    float[] result = new float[t * width];
    int[] rows = new int[t];
    for (int e = 0; e < config.routedExperts(); e++) {
      int count = assignment.rowsOf(e, t, rows);
      if (count > 0) {
        addExpert(pass.ops(), e, x, Arrays.copyOf(rows, count), gathered, result);
        scatter(assignment, e, Arrays.copyOf(rows, count), result, out);
      }
    }
  }

  private void addExpert(
      KernelOps ops, int e, Rows x, int[] rows, float[] gathered, float[] result) {
    int width = weights.router().cols();
    for (int n = 0; n < rows.length; n++) {
      System.arraycopy(x.data(), x.at(rows[n]), gathered, n * width, width);
    }
    Rows in = Rows.of(gathered, width);
    MlpBlock.apply(ops, weights.routed().get(e), rows.length, in, Rows.of(result, width));
  }

  private void scatter(Assignment assignment, int e, int[] rows, float[] result, Rows out) {
    int width = weights.router().cols();
    for (int n = 0; n < rows.length; n++) {
      float weight = assignment.weight(e, rows[n]);
      int to = out.at(rows[n]);
      for (int c = 0; c < width; c++) {
        out.data()[to + c] = Math.fma(weight, result[n * width + c], out.data()[to + c]);
      }
    }
  }

  /** Experts and weights of every row, [t, perToken] each. */
  private record Assignment(int perToken, int[] experts, float[] weights) {
    int rowsOf(int expert, int t, int[] rows) {
      int count = 0;
      for (int i = 0; i < t; i++) {
        if (slot(expert, i) >= 0) {
          rows[count++] = i;
        }
      }
      return count;
    }

    float weight(int expert, int row) {
      return weights[slot(expert, row)];
    }

    private int slot(int expert, int row) {
      for (int n = row * perToken; n < (row + 1) * perToken; n++) {
        if (experts[n] == expert) {
          return n;
        }
      }
      return -1;
    }
  }

  private Assignment route(Pass pass, Rows x) {
    int t = pass.size();
    int count = config.routedExperts();
    int perToken = config.expertsPerToken();
    float[] logits = new float[t * count];
    pass.ops().matmul(t, x, weights.router(), Rows.of(logits, count));
    pass.show(layer, "router_logits", count, logits);
    int[] experts = new int[t * perToken];
    float[] gates = new float[t * perToken];
    int[] rowExperts = new int[perToken];
    float[] rowGates = new float[perToken];
    for (int i = 0; i < t; i++) {
      router.route(logits, i * count, rowExperts, rowGates);
      System.arraycopy(rowExperts, 0, experts, i * perToken, perToken);
      System.arraycopy(rowGates, 0, gates, i * perToken, perToken);
    }
    if (pass.trace().isActive()) {
      pass.trace().indices("layers." + layer + ".moe_idx", 0, t, perToken, experts);
      pass.show(layer, "moe_w", perToken, gates);
    }
    return new Assignment(perToken, experts, gates);
  }

  /** FLOPs of one row: router, chosen experts, shared expert. */
  long flopsPerRow() {
    return Flops.matmul(weights.router())
        + config.expertsPerToken() * Flops.mlp(weights.routed().get(0))
        + weights.shared().map(Flops::mlp).orElse(0L);
  }
}
