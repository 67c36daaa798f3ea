package org.longread.kernels.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.forward.Flops;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;
import org.longread.kernels.ops.TokenPages;

/**
 * Dense prefill attention in latent space, several queries side by side as if they were heads of
 * one query, so that a cached row is read once for all of them: the form the engine does not use
 * where expanding is cheaper, measured so that nobody need ask.
 *
 * <p>The queries of a group see the same keys; a causal edge would save them a few of many.
 */
final class AbsorbedTwin {
  /** Heads the attention kernel works on at once. */
  private static final int GROUP_HEADS = 128;

  private static final int QUERIES = 32;

  private final AttentionShape shape;
  private final ModelWeights.Attention weights;
  private final KernelOps ops;
  private final int group;
  private final AttentionShape grouped;
  private final SplittableRandom random = new SplittableRandom(3);
  private TokenPages cache;

  AbsorbedTwin(AttentionShape shape, ModelWeights.Attention weights, KernelOps ops) {
    this.shape = shape;
    this.weights = weights;
    this.ops = ops;
    int fit = Math.max(1, Math.min(QUERIES, GROUP_HEADS / shape.heads()));
    this.group = Integer.highestOneBit(fit);
    this.grouped =
        new AttentionShape(
            shape.heads() * group,
            shape.latent(),
            shape.rope(),
            shape.nope(),
            shape.value(),
            shape.softmaxScale());
    this.cache = new TokenPages(shape.cached(), TokenPages.Layout.ROWS);
  }

  /** CPU nanoseconds of one layer's attention per query, over {@code keys} keys. */
  double nanosPerToken(int keys) {
    fill(keys);
    int calls = QUERIES / group;
    int[] all = new int[calls * keys];
    Arrays.setAll(all, n -> n % keys);
    Rows queries = random(QUERIES, shape.heads() * shape.query());
    long start = CpuClock.nanos();
    Rows absorbed = absorb(queries);
    Rows side = Rows.of(absorbed.data(), grouped.heads() * shape.cached());
    Rows mixed = rows(QUERIES, shape.heads() * shape.latent());
    Rows mixedSide = Rows.of(mixed.data(), grouped.heads() * shape.latent());
    AbsorbedAttention call = new AbsorbedAttention(grouped, side, calls, cache, all, keys);
    ops.sparseAttention(call, mixedSide, rows(calls, grouped.heads()));
    Rows out = rows(QUERIES, shape.heads() * shape.value());
    for (int h = 0; h < shape.heads(); h++) {
      Rows from = mixed.column(h * shape.latent());
      ops.matmul(QUERIES, from, weights.valueUp().get(h), out.column(h * shape.value()));
    }
    return (double) (CpuClock.nanos() - start) / QUERIES;
  }

  private Rows absorb(Rows queries) {
    Rows absorbed = rows(QUERIES, shape.heads() * shape.cached());
    for (int h = 0; h < shape.heads(); h++) {
      Rows nope = queries.column(h * shape.query());
      ops.matmul(QUERIES, nope, weights.keyUp().get(h), absorbed.column(h * shape.cached()));
      for (int i = 0; i < QUERIES; i++) {
        int from = nope.at(i) + shape.nope();
        int to = absorbed.at(i) + h * shape.cached() + shape.latent();
        System.arraycopy(queries.data(), from, absorbed.data(), to, shape.rope());
      }
    }
    return absorbed;
  }

  /** FLOPs of one layer's attention per query, over {@code keys} keys. */
  double flopsPerToken(int keys) {
    return (double) keys * Flops.absorbedPair(shape) + Flops.upProjection(shape);
  }

  /** A dense cost with its attention replaced by that of this twin, all layers. */
  static PositionCost cost(PositionCost dense, double attentionNanos, double attentionFlops) {
    Map<Stage, Double> nanos = new EnumMap<>(dense.stageNanos());
    Map<Stage, Double> flops = new EnumMap<>(dense.stageFlops());
    double others = dense.nanosPerToken() - dense.nanos(Stage.ATTENTION);
    nanos.put(Stage.ATTENTION, attentionNanos);
    flops.put(Stage.ATTENTION, attentionFlops);
    return new PositionCost(
        dense.phase(),
        Mode.DENSE_ABSORBED,
        dense.position(),
        dense.rows(),
        others + attentionNanos,
        nanos,
        flops);
  }

  private void fill(int keys) {
    if (cache.length() > keys) {
      cache = new TokenPages(shape.cached(), TokenPages.Layout.ROWS);
    }
    while (cache.length() < keys) {
      cache.append(random(1, shape.cached()).data(), 0);
    }
  }

  private Rows random(int rows, int width) {
    Rows made = rows(rows, width);
    for (int i = 0; i < made.data().length; i++) {
      made.data()[i] = (float) random.nextDouble() - 0.5f;
    }
    return made;
  }

  private static Rows rows(int rows, int width) {
    return Rows.of(new float[Math.multiplyExact(rows, width)], width);
  }
}
