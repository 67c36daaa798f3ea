package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** One thread's call of a kernel: the arguments of the graph become those of the device. */
final class ThreadCall {
  private final KernelContext context;
  private final DeviceMemory memory;

  ThreadCall(KernelContext context, DeviceMemory memory) {
    this.context = context;
    this.memory = memory;
  }

  @SuppressWarnings("unchecked")
  <T> T of(T argument) {
    if (argument instanceof KernelContext) {
      return (T) context;
    }
    return argument instanceof TornadoNativeArray array ? (T) memory.copyOf(array) : argument;
  }
}
