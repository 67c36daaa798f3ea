package org.longread.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestEngineModule {
  @Test
  void testsRunWithTheVectorModule() {
    assertThat(EngineModule.hasVectorModule()).isTrue();
  }
}
