package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.CalendarInterval;

/** Calendar intervals: months, days and nanoseconds, or days and milliseconds. */
final class IntervalColumn extends ArrowColumn {
  private static final int MICROS_PER_MILLI = 1000;

  private final long values;
  private final boolean hasMonths;
  private final ScaledColumn.Scale nanos;

  IntervalColumn(ArrayHead head, long values, boolean hasMonths, ScaledColumn.Scale nanos) {
    super(DataTypes.CalendarIntervalType, head);
    this.values = values;
    this.hasMonths = hasMonths;
    this.nanos = nanos;
  }

  @Override
  public CalendarInterval getInterval(int row) {
    if (isNullAt(row)) {
      return null;
    }
    if (hasMonths) {
      long at = values + 16L * row;
      return new CalendarInterval(
          Platform.getInt(null, at),
          Platform.getInt(null, at + 4),
          nanos.apply(Platform.getLong(null, at + 8)));
    }
    long at = values + 8L * row;
    return new CalendarInterval(
        0, Platform.getInt(null, at), (long) MICROS_PER_MILLI * Platform.getInt(null, at + 4));
  }
}
