package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TestExecutorEngine {
  @Test
  void saysWhyABetterBackendWasNotTaken() {
    assertThat(ExecutorEngine.passedOver("scalar", List.of("cpu: no vector module; add it")))
        .containsExactly("Backend scalar is used; passed over cpu: no vector module; add it");
    assertThat(ExecutorEngine.passedOver("cpu", List.of())).isEmpty();
  }
}
