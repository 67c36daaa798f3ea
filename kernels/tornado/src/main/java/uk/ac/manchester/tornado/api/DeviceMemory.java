package uk.ac.manchester.tornado.api;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** The device's copies of a graph's arrays, full of rubbish when made. */
final class DeviceMemory {
  private final Map<TornadoNativeArray, TornadoNativeArray> copies =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private long bytesIn;
  private long bytesOut;

  TornadoNativeArray copyOf(TornadoNativeArray array) {
    return copies.computeIfAbsent(array, TornadoNativeArray::rubbish);
  }

  boolean holds(TornadoNativeArray array) {
    return copies.containsKey(array);
  }

  /** Uses another graph's copy of an array, as that graph left it. */
  void consume(DeviceMemory other, TornadoNativeArray array) {
    copies.put(array, other.copyOf(array));
  }

  void in(TornadoNativeArray array) {
    copyOf(array).copyFrom(array);
    bytesIn += array.getNumBytesOfSegment();
  }

  void out(TornadoNativeArray array) {
    array.copyFrom(copyOf(array));
    bytesOut += array.getNumBytesOfSegment();
  }

  void startCounting() {
    bytesIn = 0;
    bytesOut = 0;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }

  void free() {
    copies.clear();
  }
}
