package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.Platform;

/** Booleans, a bit each. */
final class BooleanColumn extends ArrowColumn {
  private final long values;

  BooleanColumn(ArrayHead head, long values) {
    super(DataTypes.BooleanType, head);
    this.values = values;
  }

  @Override
  public boolean getBoolean(int row) {
    return (Platform.getByte(null, values + (row >> 3)) >> (row & 7) & 1) != 0;
  }
}
