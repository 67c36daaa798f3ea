package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataType;

/** Dates, times and durations in another unit than Spark's. */
final class ScaledColumn extends ArrowColumn {
  /**
   * From the file's unit to Spark's: divided first, then multiplied.
   *
   * @param divisor file units to a unit that Spark can hold
   * @param factor of that unit to Spark's own
   * @param exact whether a remainder is an error
   * @param where file, offset and field, for errors
   */
  record Scale(long divisor, long factor, boolean exact, String where) {
    long apply(long value) {
      long quotient = Math.floorDiv(value, divisor);
      if (exact && quotient * divisor != value) {
        throw new ArithmeticException(
            "Cannot read %s: %d ns is no whole number of microseconds, Spark's unit. Set option nanoseconds to truncate"
                .formatted(where, value));
      }
      try {
        return Math.multiplyExact(quotient, factor);
      } catch (ArithmeticException e) {
        throw beyond(value);
      }
    }

    int applyToInt(long value) {
      long scaled = apply(value);
      if (scaled != (int) scaled) {
        throw beyond(value);
      }
      return (int) scaled;
    }

    private ArithmeticException beyond(long value) {
      return new ArithmeticException(
          "Cannot read %s: %d is beyond what Spark's type holds".formatted(where, value));
    }
  }

  private final IntegerColumn source;
  private final Scale scale;

  ScaledColumn(DataType type, ArrayHead head, IntegerColumn source, Scale scale) {
    super(type, head);
    this.source = source;
    this.scale = scale;
  }

  @Override
  public long getLong(int row) {
    return isNullAt(row) ? 0 : scale.apply(source.getLong(row)); // a null's memory may be anything
  }

  @Override
  public int getInt(int row) {
    return isNullAt(row) ? 0 : scale.applyToInt(source.getLong(row));
  }
}
