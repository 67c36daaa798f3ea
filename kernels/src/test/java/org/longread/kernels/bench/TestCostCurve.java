package org.longread.kernels.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Interpolation, whole documents and crossovers of curves known in closed form. */
class TestCostCurve {
  private static final double[] POSITIONS = {256, 1024, 2048, 8192};

  /** 10 + 2 per thousand. */
  private static final CostCurve LINE = line(10, 0.002);

  private static CostCurve line(double atZero, double slope) {
    double[] costs = new double[POSITIONS.length];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = atZero + slope * POSITIONS[i];
    }
    return new CostCurve(POSITIONS, costs);
  }

  @Test
  void aLineIsFoundAgainBetweenBeforeAndAfterThePoints() {
    for (double position : new double[] {0, 256, 500, 1024, 5000, 8192, 20_000}) {
      assertThat(LINE.at(position)).isCloseTo(10 + 0.002 * position, within(1e-9));
    }
  }

  @Test
  void costsAreNeverBelowZero() {
    assertThat(line(-5, 0.01).at(0)).isZero();
  }

  @Test
  void aDocumentIsTheSumOfItsPositions() {
    for (double length : new double[] {100, 256, 4000, 8192, 16_384}) {
      double expected = 10 * length + 0.001 * length * length;
      assertThat(LINE.document(length)).isCloseTo(expected, within(1e-6 * expected));
    }
    assertThat(LINE.document(0)).isZero();
  }

  @Test
  void crossoverIsInterpolated() {
    CostCurve flat = line(16, 0);
    assertThat(flat.staysBelow(LINE).orElseThrow()).isCloseTo(3000, within(1e-9));
    assertThat(LINE.staysBelow(flat)).isEmpty();
    assertThat(line(1, 0).staysBelow(LINE)).hasValue(0);
  }

  @Test
  void onlyTheLastCrossoverCounts() {
    CostCurve other = new CostCurve(POSITIONS, new double[] {2, 1, 2, 4});
    CostCurve wavering = new CostCurve(POSITIONS, new double[] {1, 3, 1, 1});
    assertThat(wavering.staysBelow(other).orElseThrow())
        .isCloseTo(1024 + 1024 * 2.0 / 3, within(1e-9));
  }

  @Test
  void cheaperTakesTheLesserOfEachPoint() {
    CostCurve cheaper = LINE.cheaper(line(16, 0));
    assertThat(cheaper.at(256)).isCloseTo(10.512, within(1e-9));
    assertThat(cheaper.at(8192)).isEqualTo(16);
  }

  @Test
  void aCurveOfOnePointIsFlat() {
    CostCurve point = new CostCurve(new double[] {256}, new double[] {3});
    assertThat(point.at(99)).isEqualTo(3);
    assertThat(point.document(100)).isEqualTo(300);
  }

  @Test
  void pointsOutOfOrderAreRefused() {
    assertThatThrownBy(() -> new CostCurve(new double[] {2, 1}, new double[] {1, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid positions: [2.0, 1.0]");
  }
}
