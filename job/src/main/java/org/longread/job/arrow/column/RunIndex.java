package org.longread.job.arrow.column;

import java.util.function.IntUnaryOperator;
import org.apache.spark.sql.vectorized.ColumnVector;

/** The run that a row is in, by its ends. */
record RunIndex(ColumnVector ends, int runs) implements IntUnaryOperator {
  @Override
  public int applyAsInt(int row) {
    int low = 0;
    int high = runs - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ArrayCheck.runEnd(ends, middle) > row) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
