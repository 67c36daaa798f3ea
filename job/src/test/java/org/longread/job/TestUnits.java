package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestUnits {
  @Test
  void quantitiesHaveThreeDigits() {
    assertThat(Units.decimal(0)).isEqualTo("0");
    assertThat(Units.decimal(999)).isEqualTo("999");
    assertThat(Units.decimal(999_700)).isEqualTo("1.00 M");
    assertThat(Units.decimal(12_345)).isEqualTo("12.3 k");
    assertThat(Units.decimal(1.5e12)).isEqualTo("1.50 T");
    assertThat(Units.bytes(512)).isEqualTo("512 B");
    assertThat(Units.bytes(3L << 30)).isEqualTo("3 GiB");
    assertThat(Units.bytes(4_700_000)).isEqualTo("4.48 MiB");
  }

  @Test
  void sharesOfNothingAreADash() {
    assertThat(Units.percent(0.384)).isEqualTo("38 %");
    assertThat(Units.percent(0.0 / 0)).isEqualTo("-");
    assertThat(Units.times(2.25)).isEqualTo("2.3x");
    assertThat(Units.times(1.0 / 0)).isEqualTo("-");
  }

  @Test
  void secondsTurnIntoMinutes() {
    assertThat(Units.seconds(12.34)).isEqualTo("12.3 s");
    assertThat(Units.seconds(245)).isEqualTo("4 min 05 s");
  }

  @Test
  void dollarsBelowOneHaveThreeDigits() {
    assertThat(Units.usd(0)).isEqualTo("$0.00");
    assertThat(Units.usd(1234.5)).isEqualTo("$1,234.50");
    assertThat(Units.usd(0.25)).isEqualTo("$0.250");
    assertThat(Units.usd(0.00061383)).isEqualTo("$0.000614");
  }
}
