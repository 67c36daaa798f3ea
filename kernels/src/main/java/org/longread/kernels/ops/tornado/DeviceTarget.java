package org.longread.kernels.ops.tornado;

import java.util.Optional;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Where plans run.
 *
 * @param device the device; empty for whatever the plan takes by itself
 * @param name in words: backend, hardware, memory
 * @param memoryBytes device memory that plans may take together
 */
record DeviceTarget(Optional<TornadoDevice> device, String name, long memoryBytes) {
  TornadoExecutionPlan place(TornadoExecutionPlan plan) {
    return device.map(plan::withDevice).orElse(plan);
  }
}
