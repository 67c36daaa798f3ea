package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Round numbers from 0 to at least a given one.
 *
 * @param step between two of them
 */
record Ticks(double step, int count) {
  private static final int MOST = 5;

  /** At most {@value #MOST} steps of 1, 2 or 5 times a power of ten. */
  static Ticks upTo(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      return new Ticks(1, 1);
    }
    double step = Math.pow(10, Math.floor(Math.log10(value)) - 1);
    double[] factors = {1, 2, 5, 10, 20};
    for (double factor : factors) {
      if (value / (step * factor) <= MOST) {
        step *= factor;
        break;
      }
    }
    return new Ticks(step, (int) Math.ceil(value / step * (1 - 1e-9)));
  }

  double highest() {
    return step * count;
  }

  List<Double> values() {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i <= count; i++) {
      values.add(i * step);
    }
    return values;
  }

  /** With as many decimals as the step has. */
  String label(double value) {
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
