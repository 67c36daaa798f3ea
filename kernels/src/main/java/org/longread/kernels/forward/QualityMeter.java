package org.longread.kernels.forward;

/**
 * Mean captured mass and recall of sampled queries. Sums are fixed-point, so their bits do not
 * depend on the order of samples.
 */
public final class QualityMeter {
  /** Room for 2^33 samples: 140 million positions of 61 layers. */
  private static final double UNIT = 0x1p30;

  private long samples;
  private long capturedMass;
  private long recall;

  QualityMeter() {}

  synchronized void add(double sampleCapturedMass, double sampleRecall) {
    samples++;
    capturedMass += Math.round(sampleCapturedMass * UNIT);
    recall += Math.round(sampleRecall * UNIT);
  }

  /** Query-layer pairs compared. */
  public synchronized long samples() {
    return samples;
  }

  /** Mean share of dense attention probability kept; NaN without samples. */
  public synchronized double capturedMass() {
    return samples == 0 ? Double.NaN : capturedMass / UNIT / samples;
  }

  /** Mean share of the best tokens kept; NaN without samples. */
  public synchronized double recall() {
    return samples == 0 ? Double.NaN : recall / UNIT / samples;
  }
}
