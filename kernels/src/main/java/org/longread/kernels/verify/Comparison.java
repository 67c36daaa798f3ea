package org.longread.kernels.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.ops.NotANumberException;
import org.longread.kernels.verify.VerifyReport.Check;

/** Collects comparisons about one subject. */
final class Comparison {
  private final String subject;
  private final List<Check> checks = new ArrayList<>();

  Comparison(String subject) {
    this.subject = subject;
  }

  List<Check> checks() {
    return checks;
  }

  void add(String stage, boolean passed, String detail) {
    checks.add(new Check(subject, stage, passed, detail));
  }

  /** Runs a part; a reference it cannot read or compute on is a failed check. */
  void guard(String stage, Runnable part) {
    try {
      part.run();
    } catch (CheckpointException | IllegalArgumentException | NotANumberException e) {
      add(stage, false, e.getMessage());
    }
  }

  /** |actual - expected| within tolerance everywhere; equal infinities are equal. */
  void absolute(String stage, double[] expected, double[] actual, double tolerance) {
    close(stage, expected, actual, tolerance, value -> 1);
  }

  /** |actual - expected| within tolerance · (1 + |expected|) everywhere. */
  void relative(String stage, double[] expected, double[] actual, double tolerance) {
    close(stage, expected, actual, tolerance, value -> 1 + Math.abs(value));
  }

  /** The same. */
  void relative(String stage, float[] expected, float[] actual, double tolerance) {
    relative(stage, widen(expected), widen(actual), tolerance);
  }

  /** |actual - expected| within tolerance · |expected| everywhere. */
  void ratio(String stage, double[] expected, double[] actual, double tolerance) {
    close(stage, expected, actual, tolerance, Math::abs);
  }

  /** Equal numbers everywhere. */
  void exact(String stage, float[] expected, float[] actual) {
    absolute(stage, widen(expected), widen(actual), 0);
  }

  private void close(
      String stage,
      double[] expected,
      double[] actual,
      double tolerance,
      DoubleUnaryOperator unit) {
    if (expected.length != actual.length) {
      add(stage, false, actual.length + " values (expected " + expected.length + ")");
      return;
    }
    double worst = 0;
    int at = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = difference(expected[i], actual[i]);
      double units = difference == 0 ? 0 : difference / unit.applyAsDouble(expected[i]);
      if (!(units <= worst)) {
        worst = units;
        at = i;
      }
      if (Double.isNaN(worst)) {
        break;
      }
    }
    boolean passed = worst <= tolerance;
    String place = passed ? "" : " at " + at + ": " + actual[at] + " for " + expected[at];
    add(
        stage,
        passed,
        String.format(Locale.ROOT, "largest difference %.2e (at most %.0e)", worst, tolerance)
            + place);
  }

  private static double difference(double expected, double actual) {
    if (expected == actual || (Double.isNaN(expected) && Double.isNaN(actual))) {
      return 0;
    }
    return Math.abs(expected - actual);
  }

  /** Rows of integers equal in order. */
  void equal(String stage, int[] expected, int[] actual) {
    int at = Arrays.mismatch(expected, actual);
    String size = expected.length + " equal";
    add(stage, at < 0, at < 0 ? size : "differs at " + at + difference(expected, actual, at));
  }

  /** Bytes equal in order. */
  void equal(String stage, byte[] expected, byte[] actual) {
    equal(stage, unsigned(expected), unsigned(actual));
  }

  private static int[] unsigned(byte[] values) {
    int[] wide = new int[values.length];
    Arrays.setAll(wide, i -> values[i] & 0xFF);
    return wide;
  }

  private static String difference(int[] expected, int[] actual, int at) {
    if (at >= expected.length || at >= actual.length) {
      return ": " + actual.length + " values (expected " + expected.length + ")";
    }
    return ": " + actual[at] + " for " + expected[at];
  }

  /** Rows equal as sets; -1 is no member. */
  void equalSets(String stage, List<int[]> expected, List<int[]> actual) {
    if (expected.size() != actual.size()) {
      add(stage, false, actual.size() + " rows (expected " + expected.size() + ")");
      return;
    }
    int wrong = 0;
    int first = -1;
    for (int i = 0; i < expected.size(); i++) {
      if (!Arrays.equals(members(expected.get(i)), members(actual.get(i)))) {
        first = wrong == 0 ? i : first;
        wrong++;
      }
    }
    String some = wrong + " of " + expected.size() + " sets differ, first in row " + first;
    add(stage, wrong == 0, wrong == 0 ? expected.size() + " sets equal" : some);
  }

  private static int[] members(int[] row) {
    return Arrays.stream(row).filter(s -> s >= 0).sorted().toArray();
  }

  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** Splits [rows, width] into rows. */
  static List<int[]> split(int[] values, int width) {
    if (width < 1) {
      throw new IllegalArgumentException("Invalid width: " + width + " (expected 1 or more)");
    }
    List<int[]> rows = new ArrayList<>();
    for (int at = 0; at < values.length; at += width) {
      rows.add(Arrays.copyOfRange(values, at, at + width));
    }
    return rows;
  }
}
