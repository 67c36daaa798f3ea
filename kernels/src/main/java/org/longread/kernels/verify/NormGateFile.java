package org.longread.kernels.verify;

import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.checkpoint.ModelConfig.FeedForward;
import org.longread.kernels.forward.ExpertRouter;
import org.longread.kernels.forward.Normalization;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;

/** The two norms, and the choice of experts. */
final class NormGateFile implements KernelFile {
  private static final float EPS = 1e-6f;
  private static final double TOLERANCE = 1e-5;

  @Override
  public String name() {
    return "norm_gate";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    comparison.guard("norm", () -> norms(file.group("norm."), comparison));
    file.eachCase("gate", "gate.", comparison, c -> gate(c, comparison));
  }

  private static void norms(ReferenceCase c, Comparison comparison) {
    int rows = c.size("x", 0);
    int width = c.size("x", 1);
    float[] weight = c.floats("w", width);
    float[] x = c.floats("x", rows, width);
    float[] rms = new float[rows * width];
    Normalization.rms(rows, Rows.of(x, width), weight, EPS, Rows.of(rms, width));
    double[] expected = c.doubles("rms", rows, width);
    comparison.relative(c.stage("rms"), expected, Comparison.widen(rms), TOLERANCE);

    Normalization.layer(rows, Rows.of(x, width), weight, c.floats("b", width), EPS);
    expected = c.doubles("layer", rows, width);
    comparison.relative(c.stage("layer"), expected, Comparison.widen(x), TOLERANCE);
  }

  private static void gate(ReferenceCase c, Comparison comparison) {
    FeedForward config = config(c);
    int rows = c.size("logits", 0);
    int count = config.routedExperts();
    int chosen = config.expertsPerToken();
    float[] logits = c.floats("logits", rows, count);
    ExpertRouter router = new ExpertRouter(config, c.floats("bias", count));
    int[] experts = new int[rows * chosen];
    float[] weights = new float[rows * chosen];
    int[] rowExperts = new int[chosen];
    float[] rowWeights = new float[chosen];
    for (int i = 0; i < rows; i++) {
      router.route(logits, i * count, rowExperts, rowWeights);
      System.arraycopy(rowExperts, 0, experts, i * chosen, chosen);
      System.arraycopy(rowWeights, 0, weights, i * chosen, chosen);
    }
    comparison.equal(c.stage("experts"), c.ints("experts", 0, count - 1, rows, chosen), experts);
    comparison.relative(c.stage("weights"), c.floats("weights", rows, chosen), weights, TOLERANCE);
  }

  private static FeedForward config(ReferenceCase c) {
    int experts = c.integer("n_routed_experts");
    int chosen = c.integer("num_experts_per_tok");
    int groups = c.integer("n_group");
    int topGroups = c.integer("topk_group");
    if (experts % groups != 0 || topGroups > groups || chosen > experts / groups * topGroups) {
      String found = chosen + " of " + experts + " experts in " + topGroups + " of " + groups;
      throw new CheckpointException(
          "Cannot route " + c.prefix() + ": " + found + " groups (expected enough experts there)");
    }
    boolean normalize = c.flag("norm_topk_prob");
    float scaling = (float) c.number("routed_scaling_factor");
    return new FeedForward(1, 1, experts, chosen, 0, groups, topGroups, normalize, scaling);
  }
}
