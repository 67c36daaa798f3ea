package org.longread.kernels.forward;

import java.util.Arrays;
import java.util.List;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;
import org.longread.kernels.ops.TokenMask;
import org.longread.kernels.ops.TokenPages;

/**
 * Core attention over selected, or all, cached tokens (dsa-spec section 4.4).
 *
 * <p>Rows that see everything run expanded while prefilling, if {@link Flops#expandedIsCheaper}
 * says so, and absorbed otherwise. Rows with a selection run absorbed and gather it, but for those
 * before {@link Flops#gatherFrom} while prefilling: they run expanded under a mask. Where {@link
 * Pass#rounds values are rounded}, all that is prefilled runs expanded, as published.
 */
final class SparseMlaAttention {
  private final int layer;
  private final ModelWeights.Attention weights;
  private final AttentionShape shape;
  private final ExpandedAttention.Up up;
  private final boolean expandDense;

  SparseMlaAttention(int layer, ModelWeights.Attention weights, ModelConfig config) {
    this.layer = layer;
    this.weights = weights;
    this.shape = config.attentionShape();
    this.up = new ExpandedAttention.Up(weights.keyUp(), weights.valueUp());
    this.expandDense = Flops.expandedIsCheaper(shape);
  }

  /**
   * Where a call's results go.
   *
   * @param heads [t, H dv], all rows of the batch
   * @param lse [t, H], all rows of the batch
   */
  record Output(Rows heads, Rows lse) {
    Output from(int row) {
      return new Output(heads.from(row), lse.from(row));
    }
  }

  /** Attends the first rows of a prefilled segment, which see every earlier token. */
  void attendAll(Pass pass, Rows queries, Batch.Segment segment, Output out) {
    long start = System.nanoTime();
    Sequence sequence = segment.sequence();
    int firstRow = segment.firstRow();
    int rows = segment.rowsThatSeeAll();
    int position = segment.firstPosition();
    TokenPages cache = sequence.cache().latents(layer);
    Rows own = queries.from(firstRow);
    long pairs = pairs(position, rows);
    boolean expand = expandDense || pass.rounds();
    if (expand) {
      ExpandedAttention call = new ExpandedAttention(shape, own, rows, position, cache, up);
      Output target = out.from(firstRow);
      pass.ops().denseAttention(call, target.heads(), target.lse());
    } else {
      for (int i = 0; i < rows; i++) {
        Chosen all = Chosen.all(position + i + 1);
        attendRows(pass.ops(), sequence, own.from(i), 1, all, out.from(firstRow + i));
      }
    }
    long flops =
        expand
            ? expandedFlops(position, rows)
            : pairs * Flops.absorbedPair(shape) + rows * Flops.upProjection(shape);
    sequence.counters().add(Stage.ATTENTION, System.nanoTime() - start, flops);
    sequence.counters().addKeys(0, pairs);
    if (sequence.evidence().isActive()) {
      for (int i = 0; i < rows; i++) {
        Rows lse = out.from(firstRow + i).lse();
        addEvidence(pass.ops(), sequence, own.from(i), Chosen.all(position + i + 1), lse);
      }
    }
  }

  /** Attends the first rows of a prefilled segment, each to the tokens of its mask. */
  void attendMasked(Pass pass, Rows queries, Batch.Segment segment, TokenMask mask, Output out) {
    int unselected = segment.rowsThatSeeAll();
    long start = System.nanoTime();
    Sequence sequence = segment.sequence();
    int firstRow = segment.firstRow();
    int position = segment.firstPosition();
    TokenPages cache = sequence.cache().latents(layer);
    Rows own = queries.from(firstRow);
    ExpandedAttention call =
        new ExpandedAttention(shape, own, mask.rows(), position, cache, up).over(mask);
    Output target = out.from(firstRow);
    pass.ops().denseAttention(call, target.heads(), target.lse());
    long flops = expandedFlops(position, mask.rows());
    sequence.counters().add(Stage.ATTENTION, System.nanoTime() - start, flops);
    long selected = (long) (mask.rows() - unselected) * sequence.policy().topK();
    sequence.counters().addKeys(0, pairs(position, unselected) + selected);
    for (int i = 0; i < mask.rows(); i++) {
      if (measures(sequence, position + i)) {
        int[] tokens = mask.tokens(i);
        Chosen chosen = new Chosen(tokens, tokens.length);
        measure(pass.ops(), sequence, own.from(i), chosen, position + i, target.from(i).lse());
      }
    }
  }

  private static boolean measures(Sequence sequence, int position) {
    return sequence.evidence().isActive() || sequence.policy().samples(position);
  }

  /** Adds what a row attended to, and how that compares with everything, to what is measured. */
  private void measure(
      KernelOps ops, Sequence sequence, Rows query, Chosen chosen, int position, Rows lse) {
    if (sequence.evidence().isActive()) {
      addEvidence(ops, sequence, query, chosen, lse);
    }
    if (sequence.policy().samples(position)) {
      addQuality(ops, sequence, query, chosen, position + 1);
    }
  }

  private long expandedFlops(int firstPosition, int rows) {
    return pairs(firstPosition, rows) * Flops.expandedPair(shape)
        + (firstPosition + rows) * Flops.upProjection(shape);
  }

  /** Tokens a tile of rows attends to, [rows, perRow], -1 unused. */
  record Chosen(int[] indices, int perRow) {
    /** One row that attends to the first {@code count} tokens. */
    static Chosen all(int count) {
      int[] all = new int[count];
      Arrays.setAll(all, s -> s);
      return new Chosen(all, count);
    }

    Chosen row(int i) {
      return new Chosen(Arrays.copyOfRange(indices, i * perRow, (i + 1) * perRow), perRow);
    }
  }

  /**
   * Attends the rows of a step, one per sequence. What the weights do is done for all at once.
   *
   * @param chosen by row
   */
  void attendStep(Pass pass, Rows queries, List<Chosen> chosen, Output out) {
    long start = System.nanoTime();
    Rows absorbed = absorb(pass.ops(), queries, pass.size());
    int width = shape.heads() * shape.latent();
    Rows mixed = Rows.of(new float[pass.size() * width], width);
    pass.book(Stage.ATTENTION, start, 0);
    for (Batch.Segment segment : pass.batch().segments()) {
      int row = segment.firstRow();
      attendAbsorbed(
          pass, segment, absorbed.from(row), chosen.get(row), mixed.from(row), out.from(row));
    }
    long attended = System.nanoTime();
    projectUp(pass.ops(), pass.size(), mixed, out.heads());
    pass.book(Stage.ATTENTION, attended, Flops.upProjection(shape));
    for (Batch.Segment segment : pass.batch().segments()) {
      int row = segment.firstRow();
      Sequence sequence = segment.sequence();
      int position = segment.firstPosition();
      if (measures(sequence, position)) {
        Rows lse = out.from(row).lse();
        measure(pass.ops(), sequence, queries.from(row), chosen.get(row), position, lse);
      }
    }
  }

  private void attendAbsorbed(
      Pass pass, Batch.Segment segment, Rows query, Chosen chosen, Rows mixed, Output out) {
    long start = System.nanoTime();
    Sequence sequence = segment.sequence();
    TokenPages cache = sequence.cache().latents(layer);
    AbsorbedAttention call =
        new AbsorbedAttention(shape, query, 1, cache, chosen.indices(), chosen.perRow());
    sequence.counters().add(pass.ops().sparseAttention(call, mixed, out.lse()));
    long kept = Math.min(chosen.perRow(), segment.firstPosition() + 1);
    long flops = kept * Flops.absorbedPair(shape);
    sequence.counters().add(Stage.ATTENTION, System.nanoTime() - start, flops);
    sequence.counters().addKeys(0, kept);
  }

  /** Attends rows over their selected tokens. */
  void attendSelected(
      Pass pass, Rows queries, Batch.Segment segment, int firstRow, Chosen chosen, Output out) {
    long start = System.nanoTime();
    Sequence sequence = segment.sequence();
    int rows = chosen.indices().length / chosen.perRow();
    Rows own = queries.from(firstRow);
    attendRows(pass.ops(), sequence, own, rows, chosen, out.from(firstRow));
    int position = segment.position(firstRow);
    long kept = 0;
    for (int i = 0; i < rows; i++) {
      kept += Math.min(chosen.perRow(), position + i + 1);
    }
    long flops = kept * Flops.absorbedPair(shape) + rows * Flops.upProjection(shape);
    sequence.counters().add(Stage.ATTENTION, System.nanoTime() - start, flops);
    sequence.counters().addKeys(0, kept);
    for (int i = 0; i < rows; i++) {
      if (measures(sequence, position + i)) {
        Rows lse = out.from(firstRow + i).lse();
        measure(pass.ops(), sequence, own.from(i), chosen.row(i), position + i, lse);
      }
    }
  }

  /** Absorbs queries, attends in latent space, brings the result back to head space. */
  private void attendRows(
      KernelOps ops, Sequence sequence, Rows queries, int rows, Chosen chosen, Output out) {
    Rows absorbed = absorb(ops, queries, rows);
    int latent = shape.latent();
    TokenPages cache = sequence.cache().latents(layer);
    Rows mixed = Rows.of(new float[rows * shape.heads() * latent], shape.heads() * latent);
    AbsorbedAttention call =
        new AbsorbedAttention(shape, absorbed, rows, cache, chosen.indices(), chosen.perRow());
    sequence.counters().add(ops.sparseAttention(call, mixed, out.lse()));
    projectUp(ops, rows, mixed, out.heads());
  }

  /** Per head: W_UV of the attended latent, [rows, H C] into [rows, H dv]. */
  private void projectUp(KernelOps ops, int rows, Rows mixed, Rows out) {
    for (int h = 0; h < shape.heads(); h++) {
      Rows target = out.column(h * shape.value());
      ops.matmulOfHead(rows, mixed.column(h * shape.latent()), weights.valueUp().get(h), target);
    }
  }

  /** Per head: W_UK^T q_nope, then the rotated part, [rows, H (C + dr)]. */
  private Rows absorb(KernelOps ops, Rows queries, int rows) {
    int width = shape.cached();
    Rows absorbed = Rows.of(new float[rows * shape.heads() * width], shape.heads() * width);
    for (int h = 0; h < shape.heads(); h++) {
      Rows nope = queries.column(h * shape.query());
      ops.matmulOfHead(rows, nope, weights.keyUp().get(h), absorbed.column(h * width));
      for (int i = 0; i < rows; i++) {
        int from = queries.at(i) + h * shape.query() + shape.nope();
        int to = absorbed.at(i) + h * width + shape.latent();
        System.arraycopy(queries.data(), from, absorbed.data(), to, shape.rope());
      }
    }
    return absorbed;
  }

  private void addEvidence(KernelOps ops, Sequence sequence, Rows query, Chosen chosen, Rows lse) {
    float[] weightOf = weights(ops, sequence, query, chosen, lse);
    for (int n = 0; n < chosen.perRow(); n++) {
      if (chosen.indices()[n] >= 0) {
        sequence.evidence().add(chosen.indices()[n], weightOf[n]);
      }
    }
  }

  /** Attention probability of each chosen token, summed over heads. */
  private float[] weights(KernelOps ops, Sequence sequence, Rows query, Chosen chosen, Rows lse) {
    TokenPages cache = sequence.cache().latents(layer);
    float[] result = new float[chosen.perRow()];
    AbsorbedAttention call =
        new AbsorbedAttention(
            shape, absorb(ops, query, 1), 1, cache, chosen.indices(), chosen.perRow());
    ops.attentionWeights(call, lse, Rows.of(result, result.length));
    return result;
  }

  /** Compares a selection with dense attention of the same query. */
  private void addQuality(
      KernelOps ops, Sequence sequence, Rows query, Chosen chosen, int visible) {
    Chosen all = Chosen.all(visible);
    Rows lse = Rows.of(new float[shape.heads()], shape.heads());
    Rows unused = Rows.of(new float[shape.heads() * shape.value()], 0);
    attendRows(ops, sequence, query, 1, all, new Output(unused, lse));
    float[] dense = weights(ops, sequence, query, all, lse);
    int[] best = new int[chosen.perRow()];
    ops.selectTopK(Rows.of(dense, visible), 1, visible, chosen.perRow(), best);
    double total = 0;
    for (float weight : dense) {
      total += weight;
    }
    double mass = 0;
    int common = 0;
    for (int s : chosen.indices()) {
      mass += dense[s];
      common += Arrays.binarySearch(best, s) >= 0 ? 1 : 0;
    }
    sequence.quality().add(mass / total, (double) common / best.length);
  }

  /** Query-key pairs of rows at consecutive positions that see everything. */
  private static long pairs(int firstPosition, int rows) {
    return (long) rows * (firstPosition + 1) + (long) rows * (rows - 1) / 2;
  }
}
