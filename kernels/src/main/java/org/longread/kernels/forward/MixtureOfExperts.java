package org.longread.kernels.forward;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.forward.Workspace.Slot;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

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
  void apply(Pass pass, RowBlocks blocks, Workspace workspace, Rows x, Rows out) {
    ExpertAssignment assignment = route(pass, blocks, x, out);
    List<int[]> rowsOf = assignment.rowsOfExperts();
    int chosen = assignment.experts().length;
    Rows results = workspace.rows(Slot.EXPERT_ROWS, chosen, weights.router().cols());
    IntConsumer run =
        e -> runExpert(pass, e, rowsOf.get(e), x, results.from(assignment.firstRows()[e]));
    blocks.runIfWorth(rowsOf.size(), pass.size() * flopsPerRow(), run);
    blocks.forEach(pass, (slice, row) -> addResults(slice, row, assignment, results, out));
    pass.book(Stage.EXPERTS, System.nanoTime(), flopsPerRow());
  }

  /** Chooses the experts of rows x [t, D]; the shared one's result is put into out [t, D]. */
  ExpertAssignment route(Pass pass, RowBlocks blocks, Rows x, Rows out) {
    ExpertAssignment assignment = new ExpertAssignment(pass.size(), config);
    blocks.forEach(pass, (slice, row) -> routeAndShare(slice, row, assignment, x, out));
    pass.show(layer, "router_logits", assignment.logits(), config.routedExperts());
    pass.show(layer, "moe_w", assignment.weights(), config.expertsPerToken());
    if (pass.trace().isActive()) {
      String name = "layers." + layer + ".moe_idx";
      int perToken = config.expertsPerToken();
      pass.trace().indices(name, 0, pass.size(), perToken, assignment.experts());
    }
    return assignment;
  }

  private void routeAndShare(Pass slice, int row, ExpertAssignment assignment, Rows x, Rows out) {
    long start = System.nanoTime();
    int t = slice.size();
    Rows logits = assignment.logits().from(row);
    slice.ops().matmul(t, x.from(row), weights.router(), logits);
    int perToken = config.expertsPerToken();
    int[] experts = new int[perToken];
    float[] gates = new float[perToken];
    for (int i = 0; i < t; i++) {
      router.route(logits.data(), logits.at(i), experts, gates);
      System.arraycopy(experts, 0, assignment.experts(), (row + i) * perToken, perToken);
      System.arraycopy(gates, 0, assignment.weights().data(), (row + i) * perToken, perToken);
    }
    Rows target = out.from(row);
    if (weights.shared().isPresent()) {
      MlpBlock.apply(slice.ops(), weights.shared().get(), t, x.from(row), target);
    } else {
      Arrays.fill(out.data(), target.at(0), target.at(t), 0f);
    }
    slice.book(Stage.EXPERTS, start, 0);
  }

  /** One expert over its rows of x, gathered and then replaced in results, [rows, D]. */
  private void runExpert(Pass pass, int e, int[] rows, Rows x, Rows results) {
    long start = System.nanoTime();
    int width = weights.router().cols();
    for (int n = 0; n < rows.length; n++) {
      System.arraycopy(x.data(), x.at(rows[n]), results.data(), results.at(n), width);
    }
    if (rows.length > 0) {
      MlpBlock.apply(pass.ops(), weights.routed().get(e), rows.length, results, results);
    }
    pass.book(Stage.EXPERTS, start, 0);
  }

  private void addResults(
      Pass slice, int row, ExpertAssignment assignment, Rows results, Rows out) {
    long start = System.nanoTime();
    int width = weights.router().cols();
    for (int i = row; i < row + slice.size(); i++) {
      for (int n = i * config.expertsPerToken(); n < (i + 1) * config.expertsPerToken(); n++) {
        float weight = assignment.weights().data()[n];
        int expert = assignment.experts()[n];
        int from = results.at(assignment.firstRows()[expert] + assignment.slots()[n]);
        int to = out.at(i);
        for (int c = 0; c < width; c++) {
          out.data()[to + c] = Math.fma(weight, results.data()[from + c], out.data()[to + c]);
        }
      }
    }
    slice.book(Stage.EXPERTS, start, 0);
  }

  /** FLOPs of one row: router, chosen experts, shared expert. */
  long flopsPerRow() {
    long expert = 6L * weights.router().cols() * config.expertIntermediate();
    return Flops.matmul(weights.router())
        + config.expertsPerToken() * expert
        + weights.shared().map(Flops::mlp).orElse(0L);
  }
}
