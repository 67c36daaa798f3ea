package org.longread.job.arrow.column;

import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Structs and variants. */
final class StructColumn extends ArrowColumn {
  private final List<ColumnVector> fields;

  StructColumn(DataType type, ArrayHead head, List<ColumnVector> fields) {
    super(type, head);
    this.fields = List.copyOf(fields);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return fields.get(ordinal);
  }
}
