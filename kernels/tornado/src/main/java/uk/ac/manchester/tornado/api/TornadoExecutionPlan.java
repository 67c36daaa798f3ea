package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Graphs with their device memory, executed again and again by one thread at a time. A graph sees
 * of another's arrays only what it consumes from the one that ran last.
 */
public class TornadoExecutionPlan implements AutoCloseable {
  private final List<TaskGraph> graphs = new ArrayList<>();
  private final List<DeviceMemory> memories = new ArrayList<>();
  private GridScheduler grids = new GridScheduler();
  private int selected;
  private int last = -1;

  /** A plan of some graphs; the first is selected. */
  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    for (ImmutableTaskGraph graph : immutableTaskGraphs) {
      graphs.add(graph.graph());
      memories.add(new DeviceMemory());
    }
  }

  /** The same plan, executing one of its graphs. */
  public TornadoExecutionPlan withGraph(int graphIndex) {
    selected = graphIndex;
    return this;
  }

  /** The same plan with grids. */
  public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
    grids = gridScheduler;
    return this;
  }

  /** The same plan on a device. */
  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    return this;
  }

  /** The same plan, measured. */
  public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
    return this;
  }

  /** Forgets measurements. */
  public TornadoExecutionPlan clearProfiles() {
    return this;
  }

  /** Moves arrays in, runs the kernels of the selected graph, moves arrays out. */
  public TornadoExecutionResult execute() {
    TaskGraph graph = graphs.get(selected);
    DeviceMemory memory = memories.get(selected);
    memory.startCounting();
    consume(graph, memory);
    for (TaskGraph.Move move : graph.toDevice()) {
      TornadoNativeArray array = (TornadoNativeArray) move.array();
      if (move.mode() == DataTransferMode.EVERY_EXECUTION || !memory.holds(array)) {
        memory.in(array);
      }
    }
    long kernelNanos = 0;
    for (TaskGraph.Step task : graph.tasks()) {
      WorkerGrid grid = grids.get(task.id());
      int size = Math.toIntExact(grid.getLocalWork()[0]);
      int groups = Math.toIntExact(grid.getGlobalWork()[0]) / size;
      long start = System.nanoTime();
      WorkGroup.run(groups, size, context -> task.body().accept(new ThreadCall(context, memory)));
      kernelNanos += System.nanoTime() - start;
    }
    for (TaskGraph.Move move : graph.toHost()) {
      if (move.mode() == DataTransferMode.EVERY_EXECUTION) {
        memory.out((TornadoNativeArray) move.array());
      }
    }
    last = selected;
    return new TornadoExecutionResult(
        memory, new TornadoProfilerResult(kernelNanos, memory.bytesIn(), memory.bytesOut()));
  }

  private void consume(TaskGraph graph, DeviceMemory memory) {
    for (Map.Entry<Object, Set<String>> entry : graph.consumed().entrySet()) {
      TaskGraph source = last < 0 ? graph : graphs.get(last);
      boolean left = last >= 0 && source.persisted().contains(entry.getKey());
      if (!left || !entry.getValue().contains(source.name())) {
        throw new IllegalStateException(
            "Cannot run graph " + graph.name() + ": " + source.name() + " left it nothing");
      }
      memory.consume(memories.get(last), (TornadoNativeArray) entry.getKey());
    }
  }

  /** Frees the device copies. */
  public TornadoExecutionPlan freeDeviceMemory() {
    memories.forEach(DeviceMemory::free);
    last = -1;
    return this;
  }

  @Override
  public void close() throws TornadoExecutionPlanException {
    freeDeviceMemory();
  }
}
