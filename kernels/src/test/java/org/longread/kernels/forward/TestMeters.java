package org.longread.kernels.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sums of a whole long sequence of the largest model. */
class TestMeters {
  private static final int LAYERS = 61;
  private static final int HEADS = 128;

  @Test
  void qualityOfManySamplesIsTheirMean() {
    QualityMeter meter = new QualityMeter();
    int samples = LAYERS * 200_000;
    for (int i = 0; i < samples; i++) {
      meter.add(0.75, i % 2);
    }
    assertThat(meter.samples()).isEqualTo(samples);
    assertThat(meter.capturedMass()).isEqualTo(0.75);
    assertThat(meter.recall()).isEqualTo(0.5);
  }

  @Test
  void evidenceOfATokenThatEveryQueryAttendsToIsTheirCount() {
    EvidenceMeter meter = new EvidenceMeter();
    meter.start();
    int queries = 1_000_000;
    for (int i = 0; i < queries; i++) {
      meter.add(1, (float) LAYERS * HEADS);
    }
    assertThat(meter.weights(2)).containsExactly(0, (float) LAYERS * HEADS * queries);
  }
}
