package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestPlatformChecks {
  @Test
  void emptySparkHomeIsNoSparkHome() {
    assertThat(PlatformChecks.sparkHome("").verdict()).isEqualTo(Finding.Verdict.OK);
    assertThat(PlatformChecks.sparkHome("").detail()).startsWith("not set");
  }

  @Test
  void sparkHomeWithoutSparkSubmitFails() {
    Finding finding = PlatformChecks.sparkHome("no/such/folder");
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAIL);
    assertThat(finding.detail()).contains("no/such/folder", "bin/spark-submit");
  }
}
