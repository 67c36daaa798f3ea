package org.longread.kernels.ops.tornado;

import java.util.Optional;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.FusedSelection;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;
import org.longread.kernels.ops.tornado.PageDirectory.HostPages;

/**
 * The operations with indexer, selection and sparse attention on a device, and all else on the
 * host's own backend. Any number of threads may call; the device takes them one at a time.
 *
 * <p>Caches stay on the device between calls; a call moves new pages, queries and results. Plans
 * are made for the shapes and sizes that are asked for, sizes in powers of two.
 */
final class DeviceOps implements KernelOps, FusedSelection {
  static final String NAME = "tornado";

  private static final int LEAST_TOKENS = 1 << 14;
  private static final int LEAST_TOP_K = 64;

  private final KernelOps host;
  private final PlanPool plans;
  private final DeviceQueue queue;

  /**
   * Operations on a device.
   *
   * @param host what computes on the host: matrix products, dense and masked attention, and weights
   *     of evidence
   */
  DeviceOps(DeviceTarget target, KernelOps host) {
    this.host = host;
    this.plans = new PlanPool(target);
    this.queue = new DeviceQueue(target.name());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return plans.target().name();
  }

  @Override
  public void matmul(int t, Rows x, WeightMatrix weight, Rows y) {
    host.matmul(t, x, weight, y);
  }

  @Override
  public Optional<FusedSelection> fusedSelection() {
    return Optional.of(this);
  }

  @Override
  public DeviceWork select(IndexQueries tile, TokenPages keys, int topK, int[] indices) {
    return select(tile, IndexPlan.host(keys), false, topK, indices);
  }

  @Override
  public DeviceWork select(IndexQueries tile, CodePages keys, int topK, int[] indices) {
    return select(tile, IndexPlan.host(keys), true, topK, indices);
  }

  private DeviceWork select(
      IndexQueries tile, HostPages keys, boolean codes, int topK, int[] indices) {
    return queue.run(
        () -> {
          DeviceWork work = indexPlan(tile, codes, topK).select(tile, keys, topK, indices);
          return work.holding(plans.bytes());
        });
  }

  @Override
  public void indexScores(IndexQueries tile, TokenPages keys, Rows scores) {
    queue.run(() -> indexPlan(tile, false, 1).scores(tile, IndexPlan.host(keys), scores));
  }

  @Override
  public void indexScores(IndexQueries tile, CodePages keys, Rows scores) {
    queue.run(() -> indexPlan(tile, true, 1).scores(tile, IndexPlan.host(keys), scores));
  }

  private IndexPlan indexPlan(IndexQueries tile, boolean codes, int topK) {
    IndexPlan.Shape shape = new IndexPlan.Shape(tile.heads(), tile.dim(), codes);
    if (tile.dim() > IndexKernels.MOST_DIMENSIONS) {
      throw new DoesNotFitException(
          "Cannot score index keys of %d dimensions on a device (expected %d or less). Use backend=cpu"
              .formatted(tile.dim(), IndexKernels.MOST_DIMENSIONS));
    }
    int length = tile.visible(tile.rows() - 1);
    IndexPlan.Room need =
        new IndexPlan.Room(
            stepUp(length, LEAST_TOKENS), stepUp(topK, LEAST_TOP_K), TokenPages.count(length));
    IndexPlan open = (IndexPlan) plans.get(shape);
    if (open != null && open.room().holds(need) && !open.isCrowded()) {
      return open;
    }
    IndexPlan.Room room = open == null ? need : need.and(open.room());
    int slots = slots(room.tokens(), room.slots(), open != null, shape.pageBytes());
    if (open != null && open.room().holds(need) && slots <= open.room().slots()) {
      return open;
    }
    IndexPlan.Room roomy = new IndexPlan.Room(room.tokens(), room.topK(), slots);
    return plans.open(shape, roomy.bytes(shape), () -> new IndexPlan(plans.target(), shape, roomy));
  }

  @Override
  public void selectTopK(Rows scores, int rows, int firstCount, int topK, int[] indices) {
    queue.run(
        () -> {
          ScoresPlan plan = scoresPlan(firstCount + rows - 1, topK);
          for (int i = 0; i < rows; i++) {
            plan.select(scores, i, firstCount + i, topK, indices);
          }
          return plan;
        });
  }

  private ScoresPlan scoresPlan(int count, int topK) {
    ScoresPlan open = (ScoresPlan) plans.get(ScoresPlan.class);
    if (open != null && open.holds(count, topK)) {
      return open;
    }
    int tokens = stepUp(count, LEAST_TOKENS);
    int kept = stepUp(topK, LEAST_TOP_K);
    return plans.open(
        ScoresPlan.class,
        ScoresPlan.bytes(tokens, kept),
        () -> new ScoresPlan(plans.target(), tokens, kept));
  }

  @Override
  public DeviceWork sparseAttention(AbsorbedAttention call, Rows out, Rows lse) {
    return queue.run(() -> attentionPlan(call).attend(call, out, lse).holding(plans.bytes()));
  }

  private AttentionPlan attentionPlan(AbsorbedAttention call) {
    AttentionShape of = call.shape();
    AttentionPlan.Shape shape =
        new AttentionPlan.Shape(of.heads(), of.latent(), of.cached(), of.softmaxScale());
    int length = call.cache().length();
    int perRow = stepUp(call.perRow(), LEAST_TOP_K);
    AttentionPlan.Room need =
        new AttentionPlan.Room(
            stepUp(length, LEAST_TOKENS),
            call.rows() > 1 ? perRow : LEAST_TOP_K,
            call.rows() > 1 ? LEAST_TOP_K : perRow,
            TokenPages.count(length));
    AttentionPlan open = (AttentionPlan) plans.get(shape);
    if (open != null && open.room().holds(need) && !open.isCrowded()) {
      return open;
    }
    AttentionPlan.Room room = open == null ? need : need.and(open.room());
    int slots = slots(room.tokens(), room.slots(), open != null, shape.pageBytes());
    if (open != null && open.room().holds(need) && slots <= open.room().slots()) {
      return open;
    }
    AttentionPlan.Room roomy =
        new AttentionPlan.Room(room.tokens(), room.perTileRow(), room.perStep(), slots);
    return plans.open(
        shape, roomy.bytes(shape), () -> new AttentionPlan(plans.target(), shape, roomy));
  }

  @Override
  public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
    host.denseAttention(call, out, lse);
  }

  @Override
  public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
    host.attentionWeights(call, lse, weights);
  }

  /** The next size in steps of four: each step compiles a plan anew. */
  private static int stepUp(int least, int start) {
    int size = start;
    while (size < least) {
      size = Math.multiplyExact(size, 4);
    }
    return size;
  }

  /**
   * Slots for two of the longest sequences at first, and for twice as many each time they were too
   * few; no more than a quarter of the memory has room for, but for those that are needed.
   */
  private int slots(int tokens, int needed, boolean more, long pageBytes) {
    long wanted = more ? 2L * needed : 2L * TokenPages.count(tokens);
    long room = plans.target().memoryBytes() / 4 / pageBytes;
    long mostElements = Integer.MAX_VALUE / pageBytes;
    return (int) Math.max(needed, Math.min(Math.min(wanted, room), mostElements));
  }

  /** The plans, for tests. */
  PlanPool plans() {
    return plans;
  }

  @Override
  public void close() {
    queue.run(
        () -> {
          plans.close();
          return plans;
        });
  }
}
