package org.longread.job.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A logarithmic axis.
 *
 * @param low value at {@code from}, above 0
 * @param high value at {@code to}
 * @param from pixel
 * @param to pixel
 */
record LogAxis(double low, double high, double from, double to) {
  private static final double WIDE = 3000;
  private static final double[] STEPS = {1, 2, 5};

  /** The pixel of a value. */
  double at(double value) {
    double share = Math.log(value / low) / Math.log(high / low);
    return from + share * (to - from);
  }

  /** Powers of two from the least to the greatest shown. */
  List<Double> powersOfTwo() {
    List<Double> ticks = new ArrayList<>();
    for (double tick = 1; tick <= high * 1.001; tick *= 2) {
      if (tick >= low * 0.999) {
        ticks.add(tick);
      }
    }
    return ticks;
  }

  /** 1, 2, 5, 10, 20, ... as far as shown; powers of ten only on a wide axis. */
  List<Double> decimalSteps() {
    boolean wide = high / low > WIDE;
    List<Double> ticks = new ArrayList<>();
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    for (int power = first; power <= last; power++) {
      for (double step : STEPS) {
        double tick = step * Math.pow(10, power);
        if (tick >= low && tick <= high && (step == 1 || !wide)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
