package org.longread.kernels.ops.tornado;

import java.util.ArrayList;
import java.util.List;
import org.longread.kernels.ops.DeviceWork;
import org.longread.kernels.ops.tornado.DevicePlan.Stage;
import org.longread.kernels.ops.tornado.PageDirectory.HostPages;
import org.longread.kernels.ops.tornado.PageDirectory.Move;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Cache pages that stay on the device, with the three stages of a plan that bring them there: one
 * makes the pools, one moves a page, one moves {@link #MANY}.
 */
final class ResidentPages {
  /** Names of this class's stages, in order; the plan's own follow. */
  static final List<String> STAGES = List.of("Make", "One", "Many");

  /** Pages moved at once when there are many. */
  static final int MANY = 32;

  private static final int MAKE = 0;
  private static final int STORE_GROUPS = 64;

  private final List<PagePool> pools;
  private final PageDirectory directory;
  private final Stage make;
  private final Store one;
  private final Store many;
  private final IntArray makeSizes = new IntArray(StoreKernels.SIZES);

  /** A stage that moves up to some pages. */
  private record Store(
      Stage stage, int pages, IntArray slots, List<IntArray> sizes, List<PagePool.Stage> lines) {
    static Store of(Stage stage, int pages, List<PagePool> pools) {
      IntArray slots = new IntArray(pages);
      stage.graph().transferToDevice(DataTransferMode.EVERY_EXECUTION, slots);
      List<IntArray> sizes = new ArrayList<>();
      List<PagePool.Stage> lines = new ArrayList<>();
      for (int n = 0; n < pools.size(); n++) {
        IntArray own = new IntArray(StoreKernels.SIZES);
        sizes.add(own);
        lines.add(pools.get(n).addStore(stage.graph(), "store" + n, pages, slots, own));
        stage.grid("store" + n, StoreKernels.THREADS);
      }
      return new Store(stage, pages, slots, sizes, lines);
    }
  }

  /**
   * Pages in pools of as many slots each.
   *
   * @param stages of the plan, whose first three are filled in
   */
  ResidentPages(List<PagePool> pools, int slots, List<Stage> stages) {
    this.pools = List.copyOf(pools);
    this.directory = new PageDirectory(slots);
    this.make = stages.get(MAKE);
    make.graph().transferToDevice(DataTransferMode.EVERY_EXECUTION, makeSizes);
    for (int n = 0; n < pools.size(); n++) {
      pools.get(n).addMake(make.graph(), "make" + n, makeSizes);
      make.grid("make" + n, StoreKernels.THREADS);
    }
    this.one = Store.of(stages.get(1), 1, pools);
    this.many = Store.of(stages.get(2), MANY, pools);
  }

  /** The arrays that stay, to be shared by all stages. */
  static Object[] shared(List<PagePool> pools) {
    return pools.stream().map(PagePool::array).toArray();
  }

  /** Makes the pools on the device, before anything else runs. */
  DeviceWork make(DevicePlan plan) {
    return plan.run(make).work();
  }

  /** Brings the pages of a cache that are not there, and tells the slots of all. */
  DeviceWork bring(DevicePlan plan, HostPages host, int length, int[] table) {
    List<Move> moves = directory.place(host, length, table);
    DeviceWork work = DeviceWork.NONE;
    int done = 0;
    while (done < moves.size()) {
      Store store = moves.size() - done > 2 ? many : one;
      int count = Math.min(store.pages(), moves.size() - done);
      work = work.plus(store(plan, store, host, moves.subList(done, done + count)));
      done += count;
    }
    return work;
  }

  private DeviceWork store(DevicePlan plan, Store store, HostPages host, List<Move> moves) {
    for (int at = 0; at < moves.size(); at++) {
      Move move = moves.get(at);
      store.slots().set(at, move.slot());
      for (int n = 0; n < pools.size(); n++) {
        store.lines().get(n).fill(host.page(move.page(), n), at);
      }
    }
    for (int n = 0; n < pools.size(); n++) {
      store.sizes().get(n).set(StoreKernels.PAGES, moves.size());
      store.sizes().get(n).set(StoreKernels.PAGE_SIZE, pools.get(n).pageSize());
      store.stage().groups("store" + n, moves.size() == 1 ? 1 : STORE_GROUPS);
    }
    return plan.run(store.stage()).work();
  }

  /** Whether pages were given up so often that more slots would help. */
  boolean isCrowded() {
    return directory.evictions() > directory.slots();
  }
}
