package uk.ac.manchester.tornado.api;

/** A grid of one dimension. */
public class WorkerGrid1D implements WorkerGrid {
  private long[] globalWork;
  private long[] localWork = {1, 1, 1};

  /** A grid of x threads. */
  public WorkerGrid1D(int x) {
    globalWork = new long[] {x, 1, 1};
  }

  @Override
  public long[] getGlobalWork() {
    return globalWork;
  }

  @Override
  public long[] getLocalWork() {
    return localWork;
  }

  @Override
  public void setGlobalWork(long x, long y, long z) {
    globalWork = new long[] {x, y, z};
  }

  @Override
  public void setLocalWork(long x, long y, long z) {
    localWork = new long[] {x, y, z};
  }
}
