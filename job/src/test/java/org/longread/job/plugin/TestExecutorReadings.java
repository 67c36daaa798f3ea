package org.longread.job.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.longread.job.ExecutorReading;

class TestExecutorReadings {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // it may overflow
  private final ExecutorReadings readings = new ExecutorReadings(clock::get);

  @Test
  void everyMeasureIsAnotherField() {
    ExecutorReading reading = new ExecutorReading(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(Arrays.stream(Measure.values()).map(measure -> measure.of(reading)))
        .containsExactlyInAnyOrder(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
    assertThat(Measure.TOKENS_READ.of(reading)).isEqualTo(1);
    assertThat(Measure.ENGINES_OPEN.of(reading)).isEqualTo(10);
  }

  @Test
  void theLastReadingOfAnExecutorCounts() {
    tell("1", 10, 100);
    tell("2", 5, 50);
    tell("1", 11, 90);
    assertThat(readings.sum(Measure.TOKENS_READ)).isEqualTo(16);
    assertThat(readings.sum(Measure.CACHE_BYTES)).isEqualTo(140);
    assertThat(readings.of("1", Measure.TOKENS_READ)).isEqualTo(11);
    assertThat(readings.of("3", Measure.TOKENS_READ)).isZero();
    assertThat(readings.present()).containsExactly("1", "2");
  }

  @Test
  void whatAnExecutorHasDoneOutlivesItAndWhatItHeldDoesNot() {
    tell("1", 10, 100);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(ExecutorReadings.PATIENCE_SECONDS) - 1);
    tell("2", 5, 50);
    assertThat(readings.present()).containsExactly("1", "2");
    clock.addAndGet(1);
    assertThat(readings.present()).containsExactly("2");
    assertThat(readings.sum(Measure.TOKENS_READ)).isEqualTo(15);
    assertThat(readings.sum(Measure.CACHE_BYTES)).isEqualTo(50);
    tell("1", 12, 7);
    assertThat(readings.sum(Measure.TOKENS_READ)).as("back, not counted twice").isEqualTo(17);
    assertThat(readings.sum(Measure.CACHE_BYTES)).isEqualTo(57);
  }

  private void tell(String executor, long tokensRead, long cacheBytes) {
    readings.add(
        new ExecutorReport(
            executor, new ExecutorReading(tokensRead, 0, 0, 0, 0, 0, cacheBytes, 0, 0, 1)));
  }
}
