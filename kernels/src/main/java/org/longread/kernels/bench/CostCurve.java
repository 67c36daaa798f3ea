package org.longread.kernels.bench;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Cost of one token against its position, straight between the positions measured.
 *
 * <p>Before the first position and after the last the nearest line goes on, never below 0.
 */
public final class CostCurve {
  private final double[] positions;
  private final double[] costs;

  /**
   * A curve through points.
   *
   * @param positions strictly ascending, one or more
   * @param costs one per position
   */
  public CostCurve(double[] positions, double[] costs) {
    if (positions.length == 0 || positions.length != costs.length) {
      throw new IllegalArgumentException(
          "Invalid points: "
              + positions.length
              + " positions, "
              + costs.length
              + " costs (expected as many of both, at least one)");
    }
    for (int i = 1; i < positions.length; i++) {
      if (!(positions[i] > positions[i - 1])) {
        throw new IllegalArgumentException(
            "Invalid positions: " + Arrays.toString(positions) + " (expected ascending)");
      }
    }
    this.positions = positions.clone();
    this.costs = costs.clone();
  }

  /** The cost at a position. */
  public double at(double position) {
    if (positions.length == 1) {
      return costs[0];
    }
    int i = 1;
    while (i < positions.length - 1 && positions[i] < position) {
      i++;
    }
    double slope = (costs[i] - costs[i - 1]) / (positions[i] - positions[i - 1]);
    return Math.max(0, costs[i - 1] + slope * (position - positions[i - 1]));
  }

  /** The cost of a whole document: the sum over its positions 0 to {@code length} - 1. */
  public double document(double length) {
    double sum = 0;
    double from = 0;
    for (double position : positions) {
      double to = Math.min(position, length);
      if (to > from) {
        sum += (at(from) + at(to)) / 2 * (to - from);
        from = to;
      }
    }
    return length > from ? sum + (at(from) + at(length)) / 2 * (length - from) : sum;
  }

  /**
   * The position from which this curve stays below another, both measured at the same positions;
   * between two of them it is interpolated. Empty if the other is below at the end; 0 if this one
   * is below everywhere.
   */
  public OptionalDouble staysBelow(CostCurve other) {
    if (!Arrays.equals(positions, other.positions)) {
      throw new IllegalArgumentException(
          "Invalid curve: measured at %s (expected %s)"
              .formatted(Arrays.toString(other.positions), Arrays.toString(positions)));
    }
    int last = positions.length - 1;
    if (!(costs[last] < other.costs[last])) {
      return OptionalDouble.empty();
    }
    int i = last;
    while (i > 0 && costs[i - 1] < other.costs[i - 1]) {
      i--;
    }
    if (i == 0) {
      return OptionalDouble.of(0);
    }
    double before = costs[i - 1] - other.costs[i - 1];
    double after = other.costs[i] - costs[i];
    double step = positions[i] - positions[i - 1];
    return OptionalDouble.of(positions[i - 1] + step * before / (before + after));
  }

  /** The cheaper of two curves measured at the same positions, position by position. */
  public CostCurve cheaper(CostCurve other) {
    double[] least = new double[costs.length];
    Arrays.setAll(least, i -> Math.min(costs[i], other.costs[i]));
    return new CostCurve(positions, least);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
