package org.longread.kernels.ops.tornado;

import java.util.List;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.tornado.DevicePlan.Stage;
import org.longread.kernels.ops.tornado.PageDirectory.HostPages;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The lightning indexer and token selection of one shape on a device. A run scores a tile of rows
 * against the keys there, selects, and gives the indices back; scores leave the device only when
 * asked for. Used by one thread at a time.
 *
 * <pre>
 *   Make -> pool          One, Many: pages -> pool
 *   Tile, Step: queries -> lrIndex -> scores -> lrRawBits -> bits -> lrSelect -> indices
 * </pre>
 */
final class IndexPlan implements ShapedPlan {
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
  record Shape(int heads, int dim, boolean codes) {
    /** Bytes of a page of keys. */
    long pageBytes() {
      return (long) PAGE * (codes ? dim + Float.BYTES : dim * Float.BYTES);
    }
  }

  /**
   * What fits.
   *
   * @param tokens of a sequence
   * @param topK tokens kept
   * @param slots pages on the device
   */
  record Room(int tokens, int topK, int slots) {
    boolean holds(Room other) {
      return tokens >= other.tokens && topK >= other.topK && slots >= other.slots;
    }

    Room and(Room other) {
      return new Room(
          Math.max(tokens, other.tokens), Math.max(topK, other.topK), Math.max(slots, other.slots));
    }

    /** Bytes on the device. */
    long bytes(Shape shape) {
      long row = 2L * Float.BYTES * tokens + 4L * topK + 4L * shape.heads * (shape.dim + 1);
      return (slots + ResidentPages.MANY + 1L) * shape.pageBytes() + (IndexKernels.TILE + 1L) * row;
    }
  }

  /** A stage that scores and selects some rows, with its arrays. */
  private final class Rounds {
    final Stage stage;
    final FloatArray queries;
    final FloatArray headWeights;
    final IntArray slots = new IntArray(room.tokens / PAGE);
    final FloatArray scores;
    final IntArray bits;
    final IntArray indices;
    final IntArray nans;
    final IntArray sizes = new IntArray(IndexKernels.SIZES);

    Rounds(Stage stage, int rows, int threads) {
      this.stage = stage;
      queries = new FloatArray(rows * shape.heads * shape.dim);
      headWeights = new FloatArray(rows * shape.heads);
      scores = new FloatArray(Math.multiplyExact(rows, room.tokens));
      bits = new IntArray(rows * room.tokens);
      indices = new IntArray(rows * room.topK);
      nans = new IntArray(rows);
      stage.grid("score", threads);
      stage.grid("bits", SelectionKernels.MOST_THREADS);
      stage.grid("select", SelectionKernels.MOST_THREADS);
    }

    void addTasks(
        Task9<
                KernelContext,
                FloatArray,
                FloatArray,
                IntArray,
                FloatArray,
                ByteArray,
                FloatArray,
                FloatArray,
                IntArray>
            score,
        FloatArray keys,
        ByteArray codes,
        FloatArray scales) {
      stage
          .graph()
          .transferToDevice(DataTransferMode.EVERY_EXECUTION, queries, headWeights, slots, sizes)
          .task(
              "score",
              score,
              DevicePlan.context(),
              queries,
              headWeights,
              slots,
              keys,
              codes,
              scales,
              scores,
              sizes)
          .task("bits", SelectionKernels::lrRawBits, DevicePlan.context(), scores, bits, sizes)
          .task(
              "select",
              SelectionKernels::lrSelect,
              DevicePlan.context(),
              bits,
              indices,
              nans,
              sizes)
          .transferToHost(DataTransferMode.EVERY_EXECUTION, indices, nans)
          .transferToHost(DataTransferMode.UNDER_DEMAND, scores);
    }
  }

  IndexPlan(DeviceTarget target, Shape shape, Room room) {
    this.shape = shape;
    this.room = room;
    this.table = new int[room.tokens / PAGE];
    int pageSize = shape.dim * PAGE;
    // A kernel takes both kinds of keys; the kind that is not there has one element.
    PagePool.Floats keys =
        new PagePool.Floats(shape.codes ? 1 : room.slots, shape.codes ? 1 : pageSize);
    PagePool.Codes codes =
        new PagePool.Codes(shape.codes ? room.slots : 1, shape.codes ? pageSize : 1);
    PagePool.Floats scales =
        new PagePool.Floats(shape.codes ? room.slots : 1, shape.codes ? PAGE : 1);
    List<PagePool> pools = shape.codes ? List.of(codes, scales) : List.of(keys);
    List<Stage> stages = DevicePlan.stages(STAGES, ResidentPages.shared(pools));
    pages = new ResidentPages(pools, room.slots, stages);
    tile = new Rounds(stages.get(3), IndexKernels.TILE, IndexKernels.TILE_THREADS);
    step = new Rounds(stages.get(4), 1, IndexKernels.STEP_THREADS);
    tile.addTasks(IndexKernels::lrIndexTile, keys.array(), codes.array(), scales.array());
    step.addTasks(IndexKernels::lrIndexStep, keys.array(), codes.array(), scales.array());
    plan = new DevicePlan(target, stages);
    pages.make(plan);
  }

  /** Keys as pages of floats. */
  static HostPages host(TokenPages keys) {
    return new HostPages() {
      @Override
      public int length() {
        return keys.length();
      }

      @Override
      public Object page(int p) {
        return keys.page(p);
      }
    };
  }

  /** Keys as pages of codes and scales. */
  static HostPages host(CodePages keys) {
    return new HostPages() {
      @Override
      public int length() {
        return keys.length();
      }

      @Override
      public Object page(int p) {
        return keys.codes(p);
      }

      @Override
      public Object page(int p, int pool) {
        return pool == 0 ? keys.codes(p) : keys.scales(p);
      }
    };
  }

  /**
   * Selects for the rows of a tile.
   *
   * @param indices [rows, topK] of all rows
   */
  DeviceWork select(IndexQueries queries, HostPages keys, int topK, int[] indices) {
    DeviceWork work = DeviceWork.NONE;
    for (int first = 0; first < queries.rows(); first += IndexKernels.TILE) {
      int rows = Math.min(IndexKernels.TILE, queries.rows() - first);
      Rounds rounds = rows == 1 ? step : tile;
      work = work.plus(run(rounds, queries, first, rows, keys, topK).work());
      for (int i = 0; i < rows; i++) {
        if (rounds.nans.get(i) >= 0) {
          throw new NotANumberException(first + i, rounds.nans.get(i));
        }
      }
      Transfers.out(rounds.indices, 0, indices, first * topK, rows * topK);
    }
    return work;
  }

  /** Scores for the rows of a tile, brought to the host. */
  DeviceWork scores(IndexQueries queries, HostPages keys, Rows scores) {
    DeviceWork work = DeviceWork.NONE;
    for (int first = 0; first < queries.rows(); first += IndexKernels.TILE) {
      int rows = Math.min(IndexKernels.TILE, queries.rows() - first);
      Rounds rounds = rows == 1 ? step : tile;
      DevicePlan.Ran ran = run(rounds, queries, first, rows, keys, 1);
      ran.result().transferToHost(rounds.scores);
      work = work.plus(ran.work());
      for (int i = 0; i < rows; i++) {
        int at = scores.at(first + i);
        Transfers.out(
            rounds.scores, i * room.tokens, scores.data(), at, queries.visible(first + i));
      }
    }
    return work;
  }

  private DevicePlan.Ran run(
      Rounds rounds, IndexQueries queries, int first, int rows, HostPages keys, int topK) {
    int position = queries.firstPosition() + first;
    int visible = position + rows;
    DeviceWork moved = pages.bring(plan, keys, visible, table);
    int pageCount = TokenPages.count(visible);
    Transfers.in(table, 0, rounds.slots, 0, pageCount);
    int width = shape.heads * shape.dim;
    for (int i = 0; i < rows; i++) {
      Rows own = queries.queries();
      Transfers.in(own.data(), own.at(first + i), rounds.queries, i * width, width);
      Rows weights = queries.headWeights();
      Transfers.in(
          weights.data(), weights.at(first + i), rounds.headWeights, i * shape.heads, shape.heads);
    }
    IntArray sizes = rounds.sizes;
    sizes.set(IndexKernels.ROWS, rows);
    sizes.set(IndexKernels.FIRST_POSITION, position);
    sizes.set(IndexKernels.HEADS, shape.heads);
    sizes.set(IndexKernels.DIM, shape.dim);
    sizes.set(IndexKernels.CODES, shape.codes ? 1 : 0);
    sizes.set(IndexKernels.STRIDE, room.tokens);
    sizes.set(IndexKernels.TOP_K, topK);
    rounds.stage.groups("score", pageCount);
    rounds.stage.groups("bits", Math.min(64, pageCount));
    rounds.stage.groups("select", rows);
    DevicePlan.Ran ran = plan.run(rounds.stage);
    return new DevicePlan.Ran(ran.result(), ran.work().plus(moved));
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
