package uk.ac.manchester.tornado.api;

/** A graph that changes no more. */
public class ImmutableTaskGraph {
  private final TaskGraph graph;

  ImmutableTaskGraph(TaskGraph graph) {
    this.graph = graph;
  }

  TaskGraph graph() {
    return graph;
  }
}
