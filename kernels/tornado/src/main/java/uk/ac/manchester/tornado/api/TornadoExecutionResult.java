package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What an execution left on the device. */
public class TornadoExecutionResult {
  private final DeviceMemory memory;
  private final TornadoProfilerResult profile;

  TornadoExecutionResult(DeviceMemory memory, TornadoProfilerResult profile) {
    this.memory = memory;
    this.profile = profile;
  }

  /** What it took. */
  public TornadoProfilerResult getProfilerResult() {
    return profile;
  }

  /** Moves arrays that the graph moves under demand. */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object array : objects) {
      memory.out((TornadoNativeArray) array);
    }
    return this;
  }
}
