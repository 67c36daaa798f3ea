package org.longread.kernels.ops.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is said where there is no TornadoVM, as in any plain JVM. */
class TestTornadoPresence {
  @Test
  void olderJdksAreNamedWithTheWayToAnother() {
    assertThat(TornadoPresence.wrongJdk(17).orElseThrow())
        .contains("needs JDK 25, and this is 17")
        .contains("JAVA_HOME")
        .contains("spark.executorEnv.JAVA_HOME");
    assertThat(TornadoPresence.wrongJdk(25)).isEmpty();
  }

  @Test
  void aPlainJvmHasAReasonAndOpensNothing() {
    DeviceBackend backend = new DeviceBackend();
    String reason = backend.unavailable().orElseThrow();
    assertThat(reason).containsAnyOf("set JAVA_HOME", "set TORNADOVM_HOME");
    assertThatThrownBy(backend::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot open backend tornado: " + reason);
  }
}
