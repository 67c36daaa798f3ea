package org.longread.kernels.ops.cpu;

import java.util.Arrays;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/**
 * One page of the latent cache, and one head's keys and values expanded from it.
 *
 * <pre>
 * keysByLane  [nope + rope, 64]   W_UK c, then the rope key
 * values      [64, valueWidth]    W_UV c; valueWidth = value, rounded up and padded by 0
 * </pre>
 *
 * <p>Belongs to one call, which owns the arrays. What lies beyond the page's {@link #keys} is
 * unspecified.
 */
final class ExpandedPage {
  private static final int PAGE = TokenPages.PAGE;

  final int valueWidth;
  final float[] keysByLane;
  final float[] values;
  int first;
  int keys;

  private final ExpandedAttention call;
  private final AttentionShape shape;
  private final float[] cachedByLane;
  private final MatrixProduct matrices = new MatrixProduct();
  private final PanelProduct product = new PanelProduct();

  ExpandedPage(ExpandedAttention call) {
    this.call = call;
    this.shape = call.shape();
    this.valueWidth = Lanes.roundUp(shape.value());
    this.keysByLane = new float[shape.query() * PAGE];
    this.values = new float[PAGE * valueWidth];
    this.cachedByLane = new float[shape.cached() * PAGE];
  }

  /** Takes the page whose first token is {@code first}, of which {@code keys} are in use. */
  void open(int first, int keys) {
    this.first = first;
    this.keys = keys;
    float[] rows = call.cache().page(first / PAGE);
    int cached = shape.cached();
    for (int s = 0; s < keys; s++) {
      for (int c = 0; c < cached; c++) {
        cachedByLane[c * PAGE + s] = rows[s * cached + c];
      }
    }
  }

  /** Expands the page for head {@code h}. */
  void expand(int h) {
    expandKeys(call.up().keyUp().get(h));
    Rows latents = Rows.of(call.cache().page(first / PAGE), shape.cached());
    matrices.multiply(keys, latents, call.up().valueUp().get(h), Rows.of(values, valueWidth));
  }

  /** k[d] = Σ_c W_UK[c,d] c: rows of x are columns d of the packed weight, panel by panel of c. */
  private void expandKeys(WeightMatrix up) {
    int nope = shape.nope();
    Arrays.fill(keysByLane, 0, nope * PAGE, 0f);
    product.into(keysByLane, 0, PAGE);
    for (int p = 0; p < up.panels(); p++) {
      boolean stored = up.precision() == Precision.F32;
      float[] weights = stored ? up.floats(p) : matrices.widen(up, p, 0, nope);
      int firstLatent = p * WeightMatrix.PANEL;
      product.left(weights, 0, up.width(p), 1).right(cachedByLane, firstLatent * PAGE, PAGE);
      product.add(nope, PAGE, Math.min(WeightMatrix.PANEL, shape.latent() - firstLatent));
    }
    System.arraycopy(
        cachedByLane, shape.latent() * PAGE, keysByLane, nope * PAGE, shape.rope() * PAGE);
  }
}
