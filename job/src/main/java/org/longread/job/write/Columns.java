package org.longread.job.write;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Sets values of a table's columns by name, row by row. A value left null stays null. */
final class Columns {
  private final VectorSchemaRoot root;

  Columns(VectorSchemaRoot root) {
    this.root = root;
  }

  /** A String, Boolean or boxed number, as the column's type asks; null sets nothing. */
  void set(String column, int row, Object value) {
    if (value != null) {
      set(root.getVector(column), row, value);
    }
  }

  <T extends FieldVector> T vector(String column, Class<T> type) {
    return type.cast(root.getVector(column));
  }

  private static void set(FieldVector vector, int row, Object value) {
    switch (vector.getMinorType()) {
      case VARCHAR ->
          ((VarCharVector) vector).setSafe(row, value.toString().getBytes(StandardCharsets.UTF_8));
      case BIT -> ((BitVector) vector).setSafe(row, (Boolean) value ? 1 : 0);
      case TINYINT -> ((TinyIntVector) vector).setSafe(row, ((Number) value).intValue());
      case SMALLINT -> ((SmallIntVector) vector).setSafe(row, ((Number) value).intValue());
      case INT -> ((IntVector) vector).setSafe(row, ((Number) value).intValue());
      case BIGINT -> ((BigIntVector) vector).setSafe(row, ((Number) value).longValue());
      case FLOAT4 -> ((Float4Vector) vector).setSafe(row, ((Number) value).floatValue());
      case FLOAT8 -> ((Float8Vector) vector).setSafe(row, ((Number) value).doubleValue());
      default -> throw new IllegalArgumentException("Invalid column type: " + vector.getField());
    }
  }
}
