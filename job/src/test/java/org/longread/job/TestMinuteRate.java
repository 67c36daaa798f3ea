package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestMinuteRate {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void nothingCameIsNothingPerSecond() {
    assertThat(new MinuteRate().perSecond(7 * SECOND)).isZero();
  }

  @Test
  void countsFromTheFirstUntilAMinuteIsOver() {
    MinuteRate rate = new MinuteRate();
    rate.add(300, -5 * SECOND);
    assertThat(rate.perSecond(-5 * SECOND)).isEqualTo(300);
    assertThat(rate.perSecond(4 * SECOND)).isEqualTo(30);
    rate.add(600, 54 * SECOND);
    assertThat(rate.perSecond(54 * SECOND)).isEqualTo(15);
  }

  @Test
  void forgetsWhatIsOlderThanAMinute() {
    MinuteRate rate = new MinuteRate();
    rate.add(600, 0);
    rate.add(60, 59 * SECOND);
    assertThat(rate.perSecond(59 * SECOND)).isEqualTo(11);
    assertThat(rate.perSecond(60 * SECOND)).isEqualTo(1);
    rate.add(120, 60 * SECOND); // where second 0 was
    assertThat(rate.perSecond(60 * SECOND)).isEqualTo(3);
    assertThat(rate.perSecond(1_000 * SECOND)).isZero();
  }
}
