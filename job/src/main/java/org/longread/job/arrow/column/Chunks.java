package org.longread.job.arrow.column;

import java.util.List;
import org.apache.spark.sql.vectorized.ColumnVector;

/** A column in parts, one behind the other: a dictionary and what was added to it. */
final class Chunks {
  private final ColumnVector[] columns;
  private final int[] starts;

  /**
   * A column in parts.
   *
   * @param lengths rows of each
   */
  Chunks(List<ColumnVector> columns, int[] lengths) {
    this.columns = columns.toArray(ColumnVector[]::new);
    this.starts = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], lengths[i]);
    }
  }

  int length() {
    return starts[starts.length - 1];
  }

  private int chunk(int row) {
    int chunk = 0;
    while (row >= starts[chunk + 1]) {
      chunk++;
    }
    return chunk;
  }

  /** The part that has a row. */
  ColumnVector column(int row) {
    return columns.length == 1 ? columns[0] : columns[chunk(row)];
  }

  /** The row's place in its part. */
  int row(int row) {
    return columns.length == 1 ? row : row - starts[chunk(row)];
  }

  /** The parts' children with this ordinal. */
  Chunks child(int ordinal) {
    int[] lengths = new int[columns.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = starts[i + 1] - starts[i];
    }
    return new Chunks(
        List.of(columns).stream().map(column -> column.getChild(ordinal)).toList(), lengths);
  }

  boolean hasNull() {
    return List.of(columns).stream().anyMatch(ColumnVector::hasNull);
  }
}
