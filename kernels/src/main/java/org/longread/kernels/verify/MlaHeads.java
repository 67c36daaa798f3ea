package org.longread.kernels.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Multi-head latent attention from heads to heads (dsa-spec section 4.4): absorb the query, attend
 * in latent space, bring the result up. Then the dense twin: expanded attention equals absorbed
 * attention over every earlier token.
 */
final class MlaHeads {
  /** Both forms are float32 here; the reference's own agree to 1e-13 in float64. */
  private static final double TWIN = 1e-5;

  private final ReferenceCase c;
  private final Comparison comparison;
  private final KernelOps ops;
  private final AttentionShape shape;
  private final int rows;
  private final ExpandedAttention.Up up;
  private final AttentionKernel kernel;

  MlaHeads(ReferenceCase c, KernelOps ops, Comparison comparison) {
    this.c = c;
    this.ops = ops;
    this.comparison = comparison;
    this.rows = c.size("q_nope", 0);
    this.shape =
        new AttentionShape(
            c.size("q_nope", 1),
            c.integer("kv_lora_rank"),
            c.integer("qk_rope_head_dim"),
            c.integer("qk_nope_head_dim"),
            c.integer("v_head_dim"),
            (float) c.number("softmax_scale"));
    this.up = up();
    int count = c.size("kv_latent", 0);
    float[] latents = c.floats("kv_latent", count, shape.latent());
    float[] ropeKeys = c.floats("k_pe", count, shape.rope());
    this.kernel = AttentionKernel.of(ops, shape, sideBySide(count, latents, ropeKeys));
  }

  void verify() {
    int heads = shape.heads();
    float[] absorbed = absorb();
    AttentionKernel.Result latent = kernel.attend(absorbed, rows, kernel.indices(c, rows));
    compare("q_absorbed", firstColumns(absorbed, shape.cached(), shape.latent()), shape.latent());
    compare("out_latent", latent.out(), shape.latent());
    compare("out_heads", valueUp(latent.out()), shape.value());
    float[] lse = c.floats("lse", rows, heads);
    comparison.relative(c.stage("lse"), lse, latent.lse(), AttentionKernel.TOLERANCE);
    denseTwin(absorbed);
  }

  private void compare(String tensor, float[] actual, int width) {
    float[] expected = c.floats(tensor, rows, shape.heads(), width);
    comparison.relative(c.stage(tensor), expected, actual, AttentionKernel.TOLERANCE);
  }

  /** w_kv_b [H (dn + dv), C]: per head W_UK, which is transposed, then W_UV. */
  private ExpandedAttention.Up up() {
    int latent = shape.latent();
    int rowsPerHead = shape.nope() + shape.value();
    float[] weight = c.floats("w_kv_b", shape.heads() * rowsPerHead, latent);
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < shape.heads(); h++) {
      int key = h * rowsPerHead * latent;
      int value = key + shape.nope() * latent;
      float[] transposed = new float[latent * shape.nope()];
      for (int i = 0; i < transposed.length; i++) {
        transposed[i] = weight[key + i % shape.nope() * latent + i / shape.nope()];
      }
      keyUp.add(WeightMatrix.of(latent, shape.nope(), transposed));
      float[] values = Arrays.copyOfRange(weight, value, value + shape.value() * latent);
      valueUp.add(WeightMatrix.of(shape.value(), latent, values));
    }
    return new ExpandedAttention.Up(keyUp, valueUp);
  }

  /** [rows, H (C + dr)]. */
  private float[] absorb() {
    int heads = shape.heads();
    Rows nope = Rows.of(c.floats("q_nope", rows, heads, shape.nope()), heads * shape.nope());
    float[] latents = new float[rows * heads * shape.latent()];
    Rows target = Rows.of(latents, heads * shape.latent());
    for (int h = 0; h < heads; h++) {
      Rows head = target.column(h * shape.latent());
      ops.matmul(rows, nope.column(h * shape.nope()), up.keyUp().get(h), head);
    }
    return sideBySide(rows * heads, latents, c.floats("q_pe", rows, heads, shape.rope()));
  }

  /** [rows, H dv] from [rows, H C]. */
  private float[] valueUp(float[] latents) {
    int width = shape.heads() * shape.value();
    int count = latents.length / (shape.heads() * shape.latent());
    Rows source = Rows.of(latents, shape.heads() * shape.latent());
    Rows target = Rows.of(new float[count * width], width);
    for (int h = 0; h < shape.heads(); h++) {
      Rows head = target.column(h * shape.value());
      ops.matmul(count, source.column(h * shape.latent()), up.valueUp().get(h), head);
    }
    return target.data();
  }

  /** The query rows stand at the cache's last positions and see everything before them. */
  private void denseTwin(float[] absorbed) {
    int heads = shape.heads();
    int length = kernel.cache().length();
    int count = Math.min(rows, length);
    float[] nope = c.floats("q_nope", rows, heads, shape.nope());
    float[] rope = c.floats("q_pe", rows, heads, shape.rope());
    Rows queries = Rows.of(sideBySide(rows * heads, nope, rope), heads * shape.query());
    int[] seen = new int[count * length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = i % length <= length - count + i / length ? i % length : -1;
    }
    AttentionKernel.Result sparse = kernel.attend(absorbed, count, seen);
    float[] out = new float[count * heads * shape.value()];
    float[] lse = new float[count * heads];
    ops.denseAttention(
        new ExpandedAttention(shape, queries, count, length - count, kernel.cache(), up),
        Rows.of(out, heads * shape.value()),
        Rows.of(lse, heads));
    comparison.relative(c.stage("dense twin out"), valueUp(sparse.out()), out, TWIN);
    comparison.relative(c.stage("dense twin lse"), sparse.lse(), lse, TWIN);
  }

  /** Row i of left, then row i of right. */
  private static float[] sideBySide(int count, float[] left, float[] right) {
    int leftWidth = left.length / count;
    int rightWidth = right.length / count;
    float[] both = new float[left.length + right.length];
    for (int i = 0; i < count; i++) {
      int at = i * (leftWidth + rightWidth);
      System.arraycopy(left, i * leftWidth, both, at, leftWidth);
      System.arraycopy(right, i * rightWidth, both, at + leftWidth, rightWidth);
    }
    return both;
  }

  private static float[] firstColumns(float[] values, int width, int kept) {
    int count = values.length / width;
    float[] columns = new float[count * kept];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * width, columns, i * kept, kept);
    }
    return columns;
  }
}
