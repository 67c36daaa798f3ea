package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** A column that is null in every row: the null type, or a column its file lacks. */
final class NullColumn extends ArrowColumn {
  NullColumn(DataType type, int length) {
    super(type, length, length, 0);
  }

  @Override
  public boolean isNullAt(int row) {
    return true;
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return this;
  }
}
