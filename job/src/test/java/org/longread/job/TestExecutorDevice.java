package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceRequest;

class TestExecutorDevice {
  private static final Map<String, ResourceInformation> GPU_3 =
      Map.of("gpu", new ResourceInformation("gpu", new String[] {"3"}));

  private static JobConf.Engine engine(String device) {
    return new RunBuilder(Path.of("out")).device(device).memoryLimit(1 << 20).conf().engine();
  }

  @Test
  void takesTheGpuThatSparkGave() {
    assertThat(ExecutorDevice.of(engine("auto"), GPU_3))
        .isEqualTo(new DeviceRequest("3", DeviceRequest.Origin.ASSIGNED, 1 << 20));
  }

  @Test
  void takesTheDeviceThatTheOptionsNameBeforeIt() {
    assertThat(ExecutorDevice.of(engine("0:1"), GPU_3))
        .isEqualTo(new DeviceRequest("0:1", DeviceRequest.Origin.ASKED, 1 << 20));
  }

  @Test
  void leavesTheChoiceOpenWhereSparkGaveNone() {
    for (Map<String, ResourceInformation> resources :
        List.of(
            Map.<String, ResourceInformation>of(),
            Map.of("gpu", new ResourceInformation("gpu", new String[0])))) {
      assertThat(ExecutorDevice.of(engine("auto"), resources).isAuto()).isTrue();
    }
  }

  @Test
  void failsTheAttemptAndLeavesTheJvmWhereItIsTheDriverToo() {
    Inputs.spark();
    DeviceException cause = new DeviceException("Cannot go on with a device", null);
    assertThat(ExecutorDevice.failed(cause)).isSameAs(cause);
  }
}
