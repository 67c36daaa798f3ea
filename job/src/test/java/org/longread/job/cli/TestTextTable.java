package org.longread.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestTextTable {
  @Test
  void columnsAlign() {
    assertThat(new TextTable().row("name", "n").row("a", "1,000").lines("  "))
        .containsExactly("  name       n", "  a      1,000");
  }
}
