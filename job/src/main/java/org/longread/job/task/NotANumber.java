package org.longread.job.task;

/** Holds what leaves the engine to numbers: broken weights must not become quiet answers. */
final class NotANumber {
  static final String CODE = "not_a_number";

  private NotANumber() {}

  static void check(float[] values, String what) throws DocumentException {
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        throw new DocumentException(
            CODE,
            "Cannot use the %s: value %d is NaN. The weights, or an overflow, are the cause"
                .formatted(what, i));
      }
    }
  }
}
