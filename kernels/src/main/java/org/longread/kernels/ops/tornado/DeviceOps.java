package org.longread.kernels.ops.tornado;

import java.util.Optional;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceWork;
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

  private static final int PAGE = TokenPages.PAGE;
  private static final int LEAST_TOKENS = 4096;
  private static final int LEAST_SLOTS = 128;
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
          "Cannot score index keys of %d dimensions on a device (expected %d or less)"
              .formatted(tile.dim(), IndexKernels.MOST_DIMENSIONS));
    }
    int tokens = powerOfTwo(tile.visible(tile.rows() - 1), LEAST_TOKENS);
    IndexPlan.Room room =
        new IndexPlan.Room(
            tokens, powerOfTwo(topK, LEAST_TOP_K), slots(tokens, shape.dim() * PAGE));
    IndexPlan open = (IndexPlan) plans.get(shape);
    if (open == null) {
      return openIndex(shape, room);
    }
    if (open.isCrowded()) {
      IndexPlan.Room old = open.room();
      int more = mostSlots(2L * old.slots(), shape.dim() * PAGE);
      IndexPlan.Room roomy = new IndexPlan.Room(old.tokens(), old.topK(), more);
      room = roomy.bytes(shape) < plans.target().memoryBytes() / 2 ? room.and(roomy) : room;
    }
    return open.room().holds(room) ? open : openIndex(shape, room.and(open.room()));
  }

  private IndexPlan openIndex(IndexPlan.Shape shape, IndexPlan.Room room) {
    return plans.open(shape, room.bytes(shape), () -> new IndexPlan(plans.target(), shape, room));
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
    int tokens = powerOfTwo(count, LEAST_TOKENS);
    int kept = powerOfTwo(topK, LEAST_TOP_K);
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
    int tokens = powerOfTwo(call.cache().length(), LEAST_TOKENS);
    int perRow = powerOfTwo(call.perRow(), LEAST_TOP_K);
    AttentionPlan.Room room =
        new AttentionPlan.Room(
            tokens,
            call.rows() > 1 ? perRow : LEAST_TOP_K,
            call.rows() > 1 ? LEAST_TOP_K : perRow,
            slots(tokens, shape.cached() * PAGE));
    AttentionPlan open = (AttentionPlan) plans.get(shape);
    if (open == null) {
      return openAttention(shape, room);
    }
    if (open.isCrowded()) {
      AttentionPlan.Room old = open.room();
      int more = mostSlots(2L * old.slots(), shape.cached() * PAGE);
      AttentionPlan.Room roomy =
          new AttentionPlan.Room(old.tokens(), old.perTileRow(), old.perStep(), more);
      room = roomy.bytes(shape) < plans.target().memoryBytes() / 2 ? room.and(roomy) : room;
    }
    return open.room().holds(room) ? open : openAttention(shape, room.and(open.room()));
  }

  private AttentionPlan openAttention(AttentionPlan.Shape shape, AttentionPlan.Room room) {
    return plans.open(
        shape, room.bytes(shape), () -> new AttentionPlan(plans.target(), shape, room));
  }

  @Override
  public void denseAttention(ExpandedAttention call, Rows out, Rows lse) {
    host.denseAttention(call, out, lse);
  }

  @Override
  public void attentionWeights(AbsorbedAttention call, Rows lse, Rows weights) {
    host.attentionWeights(call, lse, weights);
  }

  private static int powerOfTwo(int least, int start) {
    int size = start;
    while (size < least) {
      size = Math.multiplyExact(size, 2);
    }
    return size;
  }

  /** Slots for two sequences of such a length at first. */
  private static int slots(int tokens, int pageSize) {
    return mostSlots(Math.max(LEAST_SLOTS, 2L * tokens / PAGE), pageSize);
  }

  /** As many slots as asked for, unless an array cannot have them. */
  private static int mostSlots(long wanted, int pageSize) {
    return (int) Math.min(wanted, Integer.MAX_VALUE / pageSize);
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
