package org.longread.kernels.ops.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Puts pages that have just arrived into the slots of an array that stays on the device. */
final class StoreKernels {
  /** Threads of a work group. */
  static final int THREADS = 64;

  // Live sizes.
  static final int PAGES = 0;
  static final int PAGE_SIZE = 1;
  static final int SIZES = 2;

  private StoreKernels() {}

  /**
   * Stores pages of floats.
   *
   * <pre>
   * stage  [pages, PAGE_SIZE]
   * slots  [pages]
   * pool   [slots, PAGE_SIZE]
   * </pre>
   */
  static void lrStoreFloats(
      KernelContext c, FloatArray stage, IntArray slots, FloatArray pool, IntArray sizes) {
    int size = sizes.get(PAGE_SIZE);
    int total = sizes.get(PAGES) * size;
    for (int i = c.globalIdx; i < total; i += c.globalGroupSizeX) {
      pool.set(slots.get(i / size) * size + i % size, stage.get(i));
    }
  }

  /** Stores pages of 8-bit codes, as {@link #lrStoreFloats} does. */
  static void lrStoreCodes(
      KernelContext c, ByteArray stage, IntArray slots, ByteArray pool, IntArray sizes) {
    int size = sizes.get(PAGE_SIZE);
    int total = sizes.get(PAGES) * size;
    for (int i = c.globalIdx; i < total; i += c.globalGroupSizeX) {
      pool.set(slots.get(i / size) * size + i % size, stage.get(i));
    }
  }

  /** Touches an array, so that it is there. */
  static void lrMakeFloats(KernelContext c, FloatArray pool, IntArray sizes) {
    if (c.globalIdx < sizes.get(PAGES)) {
      pool.set(c.globalIdx, 0f);
    }
  }

  /** Touches an array, so that it is there. */
  static void lrMakeCodes(KernelContext c, ByteArray pool, IntArray sizes) {
    if (c.globalIdx < sizes.get(PAGES)) {
      pool.set(c.globalIdx, (byte) 0);
    }
  }
}
