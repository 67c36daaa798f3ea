package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/** Kernels in the order they run, and what moves between host and device around them. */
public class TaskGraph {
  private final String name;
  private final List<Step> tasks = new ArrayList<>();
  private final List<Move> toDevice = new ArrayList<>();
  private final List<Move> toHost = new ArrayList<>();
  private final IdentityHashMap<Object, Set<String>> consumed = new IdentityHashMap<>();
  private final Set<Object> persisted = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A kernel with its arguments, called once by every thread. */
  record Step(String id, Consumer<ThreadCall> body) {}

  /** An array that moves, and when. */
  record Move(int mode, Object array) {}

  /** An empty graph. */
  public TaskGraph(String name) {
    this.name = name;
  }

  /** Moves arrays to the device before the kernels run. */
  public TaskGraph transferToDevice(int mode, Object... objects) {
    for (Object array : objects) {
      toDevice.add(new Move(mode, array));
    }
    return this;
  }

  /** Moves arrays to the host after the kernels ran. */
  public TaskGraph transferToHost(int mode, Object... objects) {
    for (Object array : objects) {
      toHost.add(new Move(mode, array));
    }
    return this;
  }

  /** Adds a kernel of 3 parameters. */
  public <T1, T2, T3> TaskGraph task(String id, Task3<T1, T2, T3> code, T1 arg1, T2 arg2, T3 arg3) {
    return add(id, call -> code.apply(call.of(arg1), call.of(arg2), call.of(arg3)));
  }

  /** Adds a kernel of 4 parameters. */
  public <T1, T2, T3, T4> TaskGraph task(
      String id, Task4<T1, T2, T3, T4> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4) {
    return add(id, call -> code.apply(call.of(arg1), call.of(arg2), call.of(arg3), call.of(arg4)));
  }

  /** Adds a kernel of 5 parameters. */
  public <T1, T2, T3, T4, T5> TaskGraph task(
      String id, Task5<T1, T2, T3, T4, T5> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) {
    return add(
        id,
        call ->
            code.apply(call.of(arg1), call.of(arg2), call.of(arg3), call.of(arg4), call.of(arg5)));
  }

  /** Adds a kernel of 9 parameters. */
  public <T1, T2, T3, T4, T5, T6, T7, T8, T9> TaskGraph task(
      String id,
      Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9) {
    return add(
        id,
        call ->
            code.apply(
                call.of(arg1),
                call.of(arg2),
                call.of(arg3),
                call.of(arg4),
                call.of(arg5),
                call.of(arg6),
                call.of(arg7),
                call.of(arg8),
                call.of(arg9)));
  }

  /** Adds a kernel of 10 parameters. */
  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> TaskGraph task(
      String id,
      Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10) {
    return add(
        id,
        call ->
            code.apply(
                call.of(arg1),
                call.of(arg2),
                call.of(arg3),
                call.of(arg4),
                call.of(arg5),
                call.of(arg6),
                call.of(arg7),
                call.of(arg8),
                call.of(arg9),
                call.of(arg10)));
  }

  /** Leaves arrays on the device for graphs that consume them. */
  public TaskGraph persistOnDevice(Object... objects) {
    persisted.addAll(List.of(objects));
    return this;
  }

  /** Takes arrays as a graph that ran just before left them on the device. */
  public TaskGraph consumeFromDevice(String uniqueTaskGraphName, Object... objects) {
    for (Object array : objects) {
      consumed.computeIfAbsent(array, unused -> new HashSet<>()).add(uniqueTaskGraphName);
    }
    return this;
  }

  private TaskGraph add(String id, Consumer<ThreadCall> body) {
    tasks.add(new Step(name + "." + id, body));
    return this;
  }

  String name() {
    return name;
  }

  List<Step> tasks() {
    return tasks;
  }

  List<Move> toDevice() {
    return toDevice;
  }

  List<Move> toHost() {
    return toHost;
  }

  IdentityHashMap<Object, Set<String>> consumed() {
    return consumed;
  }

  Set<Object> persisted() {
    return persisted;
  }

  /** The graph as it is now; it must not be changed afterwards. */
  public ImmutableTaskGraph snapshot() {
    return new ImmutableTaskGraph(this);
  }
}
