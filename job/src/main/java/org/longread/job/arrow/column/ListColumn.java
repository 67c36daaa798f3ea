package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;

/** Lists, and maps as lists of entries. */
final class ListColumn extends ArrowColumn {
  /** Which entries of the column inside a row has. */
  interface Ranges {
    /** The first. */
    int start(int row);

    /** How many. */
    int count(int row);
  }

  private final Ranges ranges;
  private final ColumnVector[] inside;

  /**
   * Lists.
   *
   * @param inside the elements, or keys and values
   */
  ListColumn(DataType type, ArrayHead head, Ranges ranges, ColumnVector... inside) {
    super(type, head);
    this.ranges = ranges;
    this.inside = inside;
  }

  @Override
  public ColumnarArray getArray(int row) {
    return isNullAt(row)
        ? null
        : new ColumnarArray(inside[0], ranges.start(row), ranges.count(row));
  }

  @Override
  public ColumnarMap getMap(int row) {
    return isNullAt(row)
        ? null
        : new ColumnarMap(inside[0], inside[1], ranges.start(row), ranges.count(row));
  }
}
