package org.longread.kernels.ops.tornado;

import java.util.List;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.tornado.DevicePlan.Stage;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gathered sparse attention of one shape on a device: queries and indices in, weighted latents out.
 * Used by one thread at a time.
 *
 * <pre>
 *   Make -> pool          One, Many: pages -> pool
 *   Tile, Step: queries, indices -> lrAttend -> weighted latents, their extremes
 * </pre>
 */
final class AttentionPlan implements ShapedPlan {
  /** Query rows of a tile. */
  static final int TILE = 64;

  private static final int PAGE = TokenPages.PAGE;
  private static final List<String> STAGES = List.of("Make", "One", "Many", "Tile", "Step");

  private final Shape shape;
  private final Room room;
  private final ResidentPages pages;
  private final DevicePlan plan;
  private final Rounds tile;
  private final Rounds step;
  private final int[] table;

  /** What kernels are compiled for. */
  record Shape(int heads, int latent, int cached, float softmaxScale) {
    /** Bytes of a page of the cache. */
    long pageBytes() {
      return (long) PAGE * cached * Float.BYTES;
    }
  }

  /**
   * What fits.
   *
   * @param tokens of a sequence
   * @param perTileRow tokens that a row attends to, when there are more rows
   * @param perStep tokens that a single row attends to
   * @param slots pages on the device
   */
  record Room(int tokens, int perTileRow, int perStep, int slots) {
    boolean holds(Room other) {
      return tokens >= other.tokens
          && perTileRow >= other.perTileRow
          && perStep >= other.perStep
          && slots >= other.slots;
    }

    Room and(Room other) {
      return new Room(
          Math.max(tokens, other.tokens),
          Math.max(perTileRow, other.perTileRow),
          Math.max(perStep, other.perStep),
          Math.max(slots, other.slots));
    }

    /** Bytes on the device. */
    long bytes(Shape shape) {
      long row = 4L * shape.heads * (shape.cached + shape.latent + 2);
      return (slots + ResidentPages.MANY + 1L) * shape.pageBytes()
          + (TILE + 1L) * row
          + 4L * TILE * perTileRow
          + 4L * perStep;
    }
  }

  /** A stage that attends some rows, with its arrays. */
  private final class Rounds {
    final Stage stage;
    final int perRow;
    final FloatArray queries;
    final IntArray indices;
    final IntArray counts;
    final IntArray slots = new IntArray(room.tokens / PAGE);
    final FloatArray out;
    final FloatArray extremes;
    final IntArray sizes = new IntArray(AttentionKernels.SIZES);

    Rounds(Stage stage, int rows, int perRow, FloatArray latents, FloatArray constants) {
      this.stage = stage;
      this.perRow = perRow;
      queries = new FloatArray(rows * shape.heads * shape.cached);
      indices = new IntArray(rows * perRow);
      counts = new IntArray(rows);
      out = new FloatArray(rows * shape.heads * shape.latent);
      extremes = new FloatArray(rows * shape.heads * 2);
      stage.grid("attend", AttentionKernels.THREADS);
      stage
          .graph()
          .transferToDevice(DataTransferMode.FIRST_EXECUTION, constants)
          .transferToDevice(
              DataTransferMode.EVERY_EXECUTION, queries, indices, counts, slots, sizes)
          .task(
              "attend",
              AttentionKernels::lrAttend,
              DevicePlan.context(),
              queries,
              indices,
              counts,
              slots,
              latents,
              constants,
              out,
              extremes,
              sizes)
          .transferToHost(DataTransferMode.EVERY_EXECUTION, out, extremes);
    }
  }

  AttentionPlan(DeviceTarget target, Shape shape, Room room) {
    this.shape = shape;
    this.room = room;
    this.table = new int[room.tokens / PAGE];
    PagePool.Floats latents = new PagePool.Floats(room.slots, PAGE * shape.cached);
    List<PagePool> pools = List.of(latents);
    List<Stage> stages = DevicePlan.stages(STAGES, ResidentPages.shared(pools));
    pages = new ResidentPages(pools, room.slots, stages);
    FloatArray constants = constants(shape.softmaxScale);
    tile = new Rounds(stages.get(3), TILE, room.perTileRow, latents.array(), constants);
    step = new Rounds(stages.get(4), 1, room.perStep, latents.array(), constants);
    plan = new DevicePlan(target, stages);
    pages.make(plan);
  }

  private static FloatArray constants(float softmaxScale) {
    FloatArray constants = new FloatArray(AttentionKernels.CONSTANTS);
    for (int i = 0; i < KernelMath.POWERS; i++) {
      constants.set(i, KernelMath.powerOfTwo(i));
    }
    constants.set(KernelMath.POWERS, softmaxScale);
    return constants;
  }

  /** Attends all rows of a call. */
  DeviceWork attend(AbsorbedAttention call, Rows out, Rows lse) {
    DeviceWork work = DeviceWork.NONE;
    for (int first = 0; first < call.rows(); first += TILE) {
      int rows = Math.min(TILE, call.rows() - first);
      work = work.plus(attend(call, first, rows, out.from(first), lse.from(first)));
    }
    return work;
  }

  private DeviceWork attend(AbsorbedAttention call, int first, int rows, Rows out, Rows lse) {
    Rounds rounds = rows == 1 ? step : tile;
    int longest = fillIndices(call, first, rows, rounds);
    TokenPages cache = call.cache();
    DeviceWork moved = pages.bring(plan, IndexPlan.host(cache), longest, table);
    Transfers.in(table, 0, rounds.slots, 0, TokenPages.count(longest));
    int width = shape.heads * shape.cached;
    for (int i = 0; i < rows; i++) {
      Transfers.in(
          call.queries().data(), call.queries().at(first + i), rounds.queries, i * width, width);
    }
    IntArray sizes = rounds.sizes;
    sizes.set(AttentionKernels.ROWS, rows);
    sizes.set(AttentionKernels.HEADS, shape.heads);
    sizes.set(AttentionKernels.LATENT, shape.latent);
    sizes.set(AttentionKernels.CACHED, shape.cached);
    sizes.set(AttentionKernels.PER_ROW, rounds.perRow);
    rounds.stage.groups("attend", rows * groupsPerRow());
    DeviceWork work = plan.run(rounds.stage).work();
    for (int i = 0; i < rows; i++) {
      finish(rounds, i, out, lse);
    }
    return work.plus(moved);
  }

  private int groupsPerRow() {
    int headGroups =
        (shape.heads + AttentionKernels.HEADS_AT_ONCE - 1) / AttentionKernels.HEADS_AT_ONCE;
    int columnGroups =
        (shape.latent + AttentionKernels.COLUMNS_AT_ONCE - 1) / AttentionKernels.COLUMNS_AT_ONCE;
    return headGroups * columnGroups;
  }

  /** Lists the valid indices of each row, and tells how many tokens they reach. */
  private static int fillIndices(AbsorbedAttention call, int first, int rows, Rounds rounds) {
    int[] valid = new int[call.perRow()];
    int longest = 1;
    for (int i = 0; i < rows; i++) {
      int count = 0;
      int from = (first + i) * call.perRow();
      for (int n = from; n < from + call.perRow(); n++) {
        int s = call.indices()[n];
        if (s >= 0) {
          valid[count++] = s;
          longest = Math.max(longest, s + 1);
        }
      }
      Transfers.in(valid, 0, rounds.indices, i * rounds.perRow, count);
      rounds.counts.set(i, count);
    }
    return longest;
  }

  /** The division and the logarithm, which a device rounds in its own way. */
  private void finish(Rounds rounds, int i, Rows out, Rows lse) {
    int latent = shape.latent;
    int at = out.at(i);
    float[] data = out.data();
    Transfers.out(rounds.out, i * shape.heads * latent, data, at, shape.heads * latent);
    for (int h = 0; h < shape.heads; h++) {
      float max = rounds.extremes.get((i * shape.heads + h) * 2);
      float sum = rounds.extremes.get((i * shape.heads + h) * 2 + 1);
      boolean empty = max == Float.NEGATIVE_INFINITY;
      for (int c = at + h * latent; c < at + (h + 1) * latent; c++) {
        data[c] = empty ? 0f : data[c] / sum;
      }
      lse.data()[lse.at(i) + h] =
          empty ? Float.POSITIVE_INFINITY : max + (float) StrictMath.log(sum);
    }
  }

  @Override
  public long bytes() {
    return room.bytes(shape);
  }

  Room room() {
    return room;
  }

  boolean isCrowded() {
    return pages.isCrowded();
  }

  @Override
  public DevicePlan plan() {
    return plan;
  }
}
