package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** A device of a backend. */
public interface TornadoDevice {
  /** Hardware and limits. */
  TornadoTargetDevice getPhysicalDevice();

  /** What kind it is. */
  TornadoDeviceType getDeviceType();

  /** Bytes of its memory. */
  long getMaxGlobalMemory();

  /** The most bytes of one array. */
  long getMaxAllocMemory();
}
