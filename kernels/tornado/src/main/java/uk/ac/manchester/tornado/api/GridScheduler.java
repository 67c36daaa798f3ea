package uk.ac.manchester.tornado.api;

import java.util.HashMap;
import java.util.Map;

/** The grid of each task, by "graph.task". */
public class GridScheduler {
  private final Map<String, WorkerGrid> grids = new HashMap<>();

  /** No grids yet. */
  public GridScheduler() {}

  /** Gives a task its grid. */
  public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  /** A task's grid. */
  public WorkerGrid get(String taskName) {
    return grids.get(taskName);
  }
}
