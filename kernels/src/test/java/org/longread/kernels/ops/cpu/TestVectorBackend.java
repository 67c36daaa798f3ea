package org.longread.kernels.ops.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.longread.kernels.ops.BackendChoice;

class TestVectorBackend {
  @Test
  void automaticChoiceTakesItWhereItRuns() {
    BackendChoice choice = BackendChoice.choose(BackendChoice.AUTO);
    assertThat(choice.ops().name()).isEqualTo("cpu");
    assertThat(choice.ops().device()).contains("-bit vectors x");
  }

  @Test
  void saysHowToAddTheModule() throws IOException, InterruptedException {
    assertThat(unavailableIn(List.of()))
        .contains("jdk.incubator.vector is absent")
        .contains("--add-modules jdk.incubator.vector")
        .contains("scalar");
  }

  @Test
  void refusesMachinesWithoutFusedMultiplyAdd() throws IOException, InterruptedException {
    assertThat(unavailableIn(List.of("--add-modules=jdk.incubator.vector", "-XX:-UseFMA")))
        .contains("no fused multiply-add")
        .contains("scalar");
  }

  @Test
  void refusesUnknownWidths() {
    String before = System.getProperty(Lanes.BITS_PROPERTY);
    System.setProperty(Lanes.BITS_PROPERTY, "100");
    try {
      assertThat(new VectorBackend().unavailable())
          .contains("Invalid longread.vector.bits: 100 (expected 128, 256 or 512)");
      assertThatThrownBy(() -> new VectorBackend().open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Cannot open backend cpu: Invalid longread.vector.bits");
    } finally {
      if (before == null) {
        System.clearProperty(Lanes.BITS_PROPERTY);
      } else {
        System.setProperty(Lanes.BITS_PROPERTY, before);
      }
    }
  }

  /** What another JVM says of its choice. */
  private static String unavailableIn(List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Prints what automatic choice took and why it passed better ones over. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      BackendChoice choice = BackendChoice.choose(BackendChoice.AUTO);
      System.out.println(choice.ops().name() + " " + choice.passedOver());
    }
  }
}
