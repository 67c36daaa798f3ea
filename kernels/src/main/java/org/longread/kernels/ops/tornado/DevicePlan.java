package org.longread.kernels.ops.tornado;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.longread.kernels.ops.DeviceWork;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * Task graphs, compiled once and executed again and again, that share arrays which stay on the
 * device. Used by one thread at a time. Whoever makes it closes it; that frees the device memory.
 *
 * <p>TornadoVM hands such arrays from the graph that ran last to the next one, so every graph names
 * every other as a source, and the first, which makes the arrays, has none.
 */
final class DevicePlan implements AutoCloseable {
  /**
   * Executions after which a plan had better be made anew: TornadoVM keeps a result of about a
   * kilobyte for each.
   */
  static final int MOST_EXECUTIONS = 10_000;

  private static final AtomicLong MADE = new AtomicLong();

  private final List<Stage> stages;
  private final TornadoExecutionPlan plan;
  private int executions;

  /** A graph with its tasks' grids. */
  static final class Stage {
    private final TaskGraph graph;
    private final String name;
    private final Object[] shared;
    private final Map<String, WorkerGrid1D> grids = new HashMap<>();

    private Stage(String name, Object... shared) {
      this.name = name;
      this.graph = new TaskGraph(name);
      this.shared = shared;
    }

    TaskGraph graph() {
      return graph;
    }

    /** The grid of a task, to be sized before the stage runs. */
    void grid(String task, int threads) {
      WorkerGrid1D grid = new WorkerGrid1D(threads);
      grid.setLocalWork(threads, 1, 1);
      grids.put(name + "." + task, grid);
    }

    /** Work groups of a task in the next run. */
    void groups(String task, int groups) {
      WorkerGrid1D grid = grids.get(name + "." + task);
      long threads = grid.getLocalWork()[0];
      grid.setGlobalWork(groups * threads, 1, 1);
      grid.setLocalWork(threads, 1, 1);
    }
  }

  /** What a run left. */
  record Ran(TornadoExecutionResult result, DeviceWork work) {}

  /**
   * Empty stages whose arrays in {@code shared} are one on the device.
   *
   * @param names of the stages; the first makes the shared arrays
   */
  static List<Stage> stages(List<String> names, Object... shared) {
    long plan = MADE.incrementAndGet();
    List<Stage> stages = new ArrayList<>();
    for (String name : names) {
      stages.add(new Stage("lr" + plan + name, shared));
    }
    for (Stage stage : stages.subList(1, stages.size())) {
      stages.forEach(source -> stage.graph.consumeFromDevice(source.name, shared));
    }
    return stages;
  }

  /** A plan of stages whose tasks are all there, on a device. */
  DevicePlan(DeviceTarget target, List<Stage> stages) {
    this.stages = List.copyOf(stages);
    GridScheduler grids = new GridScheduler();
    List<ImmutableTaskGraph> graphs = new ArrayList<>();
    for (Stage stage : stages) {
      stage.grids.forEach(grids::addWorkerGrid);
      if (stage.shared.length > 0) {
        stage.graph.persistOnDevice(stage.shared);
      }
      graphs.add(stage.graph.snapshot());
    }
    TornadoExecutionPlan made = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
    plan = target.place(made).withGridScheduler(grids).withProfiler(ProfilerMode.SILENT);
  }

  /** The context that every kernel takes first. */
  static KernelContext context() {
    return new KernelContext();
  }

  /** Runs a stage. */
  Ran run(Stage stage) {
    TornadoExecutionResult result = plan.withGraph(stages.indexOf(stage)).execute();
    executions++;
    TornadoProfilerResult profile = result.getProfilerResult();
    DeviceWork work =
        new DeviceWork(
            profile.getDeviceKernelTime(),
            profile.getCompileTime(),
            profile.getTotalBytesCopyIn(),
            profile.getTotalBytesCopyOut(),
            0);
    plan.clearProfiles();
    return new Ran(result, work);
  }

  /** Runs so far. */
  int executions() {
    return executions;
  }

  @Override
  public void close() {
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new IllegalStateException("Cannot close the device plan", e);
    }
  }
}
