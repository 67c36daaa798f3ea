package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestInferenceJob {
  @Test
  void namesWhatItRunsOn() {
    assertThat(InferenceJob.describe())
        .startsWith("Longread on Spark 4.")
        .endsWith("vector module present");
  }
}
