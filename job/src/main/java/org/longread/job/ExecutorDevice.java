package org.longread.job;

import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.resource.ResourceInformation;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceRequest;

/** Which device a Spark task computes on, and what becomes of an executor whose device failed. */
final class ExecutorDevice {
  private static final String GPU = "gpu";
  private static final String DRIVER = "driver";

  private ExecutorDevice() {}

  /** The device the options name, or none. */
  static DeviceRequest asked(JobConf.Engine engine) {
    return new DeviceRequest(
        engine.device(), DeviceRequest.Origin.ASKED, engine.memoryLimitBytes());
  }

  /**
   * The device the options name, or else the GPU that Spark gave, if it gave one.
   *
   * @param resources of a Spark task, or of a whole executor
   */
  static DeviceRequest of(JobConf.Engine engine, Map<String, ResourceInformation> resources) {
    DeviceRequest asked = asked(engine);
    boolean given = resources.containsKey(GPU) && resources.get(GPU).addresses().length > 0;
    if (asked.isAsked() || !given) {
      return asked;
    }
    String address = resources.get(GPU).addresses()[0];
    return new DeviceRequest(address, DeviceRequest.Origin.ASSIGNED, engine.memoryLimitBytes());
  }

  /**
   * What to throw when a device failed. Spark ends an executor that a fatal error left, and starts
   * another; in local mode, where that would be the driver, the attempt fails, and so does every
   * further one.
   */
  static RuntimeException failed(DeviceException cause) {
    if (SparkEnv.get().executorId().equals(DRIVER)) {
      return cause;
    }
    InternalError fatal = new InternalError(cause.getMessage());
    fatal.initCause(cause);
    throw fatal;
  }
}
