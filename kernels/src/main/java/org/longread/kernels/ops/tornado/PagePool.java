package org.longread.kernels.ops.tornado;

import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * An array on the device with a slot for each of many pages, [slots, pageSize], and what brings
 * pages there.
 */
sealed interface PagePool {
  /** The array that stays on the device. */
  TornadoNativeArray array();

  /** Elements of a page. */
  int pageSize();

  /** Adds a task that touches the array for the first time. */
  void addMake(TaskGraph graph, String task, IntArray sizes);

  /** A stage array for some pages, moved at every execution, and the task that stores it. */
  Stage addStore(TaskGraph graph, String task, int pages, IntArray slots, IntArray sizes);

  /** Where pages wait to be moved. */
  @FunctionalInterface
  interface Stage {
    /** Puts a page's array at a place in line. */
    void fill(Object page, int at);
  }

  /** Of float32. */
  record Floats(FloatArray array, int pageSize) implements PagePool {
    Floats(int slots, int pageSize) {
      this(new FloatArray(Math.multiplyExact(slots, pageSize)), pageSize);
    }

    @Override
    public void addMake(TaskGraph graph, String task, IntArray sizes) {
      graph.task(task, StoreKernels::lrMakeFloats, DevicePlan.context(), array, sizes);
    }

    @Override
    public Stage addStore(TaskGraph graph, String task, int pages, IntArray slots, IntArray sizes) {
      FloatArray stage = new FloatArray(pages * pageSize);
      graph
          .transferToDevice(DataTransferMode.EVERY_EXECUTION, stage, sizes)
          .task(
              task, StoreKernels::lrStoreFloats, DevicePlan.context(), stage, slots, array, sizes);
      return (page, at) -> Transfers.in((float[]) page, 0, stage, at * pageSize, pageSize);
    }
  }

  /** Of int8. */
  record Codes(ByteArray array, int pageSize) implements PagePool {
    Codes(int slots, int pageSize) {
      this(new ByteArray(Math.multiplyExact(slots, pageSize)), pageSize);
    }

    @Override
    public void addMake(TaskGraph graph, String task, IntArray sizes) {
      graph.task(task, StoreKernels::lrMakeCodes, DevicePlan.context(), array, sizes);
    }

    @Override
    public Stage addStore(TaskGraph graph, String task, int pages, IntArray slots, IntArray sizes) {
      ByteArray stage = new ByteArray(pages * pageSize);
      graph
          .transferToDevice(DataTransferMode.EVERY_EXECUTION, stage, sizes)
          .task(task, StoreKernels::lrStoreCodes, DevicePlan.context(), stage, slots, array, sizes);
      return (page, at) -> Transfers.in((byte[]) page, 0, stage, at * pageSize, pageSize);
    }
  }
}
