package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.longread.job.RunProgress.Counts;

class TestRunProgress {
  @Test
  void lineSaysWhatIsDoneAndWhatIsLeft() {
    assertThat(RunProgress.line(new Counts(0, 40, 0, 0), 0, 0))
        .isEqualTo("0 of 40 documents, 0 tokens, 0 tokens/s");
    assertThat(RunProgress.line(new Counts(10, 40, 12_345, 2), 0.25, 60))
        .isEqualTo(
            "10 of 40 documents, 12,345 tokens, 206 tokens/s, 2 failed, about 3 min 0 s left");
    assertThat(RunProgress.line(new Counts(40, 40, 50_000, 0), 1, 100))
        .isEqualTo("40 of 40 documents, 50,000 tokens, 500 tokens/s");
  }
}
