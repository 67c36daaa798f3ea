package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A way to drive devices: OpenCL, CUDA. */
public interface TornadoBackend {
  /** How many devices it sees. */
  int getNumDevices();

  /** One of them. */
  TornadoDevice getDevice(int index);

  /** Which it is. */
  TornadoVMBackendType getBackendType();
}
