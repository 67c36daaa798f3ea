package uk.ac.manchester.tornado.api;

/** Where a kernel's thread is, and what its work group shares. */
public class KernelContext {
  public final Integer globalIdx;
  public final Integer groupIdx;
  public final Integer localIdx;
  public final Integer globalGroupSizeX;
  public final Integer localGroupSizeX;

  private final WorkGroup group;
  private int allocations;

  /** The context that a graph is built with; a plan replaces it by one for each thread. */
  public KernelContext() {
    this(WorkGroup.ALONE, 0, 0, 1);
  }

  KernelContext(WorkGroup group, int groupIdx, int localIdx, int groups) {
    this.group = group;
    this.groupIdx = groupIdx;
    this.localIdx = localIdx;
    this.localGroupSizeX = group.size();
    this.globalIdx = groupIdx * group.size() + localIdx;
    this.globalGroupSizeX = groups * group.size();
  }

  /** Waits for every thread of the work group. */
  public void localBarrier() {
    group.await();
  }

  /** An array that the threads of the work group share: the same one at the same call of each. */
  public int[] allocateIntLocalArray(int size) {
    return (int[]) group.shared(allocations++, () -> new int[size]);
  }

  /** An array that the threads of the work group share: the same one at the same call of each. */
  public float[] allocateFloatLocalArray(int size) {
    return (float[]) group.shared(allocations++, () -> new float[size]);
  }
}
