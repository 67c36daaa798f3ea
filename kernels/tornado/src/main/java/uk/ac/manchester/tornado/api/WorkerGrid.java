package uk.ac.manchester.tornado.api;

/** How many threads run a task, and how many of them in one work group. */
public interface WorkerGrid {
  /** Threads in all. */
  long[] getGlobalWork();

  /** Threads of a work group. */
  long[] getLocalWork();

  /** Sets the threads in all. */
  void setGlobalWork(long x, long y, long z);

  /** Sets the threads of a work group. */
  void setLocalWork(long x, long y, long z);
}
