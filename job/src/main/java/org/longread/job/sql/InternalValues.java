package org.longread.job.sql;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;
import org.longread.job.arrow.ScalaCollections;
import scala.collection.immutable.Seq;

/** Values as the connector API takes and gives them. */
final class InternalValues {
  private InternalValues() {}

  /** A row with texts, numbers, lists and rows in it. */
  static InternalRow row(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(row.get(i));
    }
    return new GenericInternalRow(values);
  }

  private static Object value(Object value) {
    if (value instanceof String text) {
      return UTF8String.fromString(text);
    }
    if (value instanceof Row row) {
      return row(row);
    }
    if (value instanceof Seq<?> list) {
      return new GenericArrayData(
          ScalaCollections.list(list).stream().map(InternalValues::value).toArray());
    }
    return value;
  }

  /** The bytes of a text, of string or binary type. */
  static byte[] bytes(InternalRow row, int column, DataType type) {
    return type instanceof BinaryType
        ? row.getBinary(column)
        : row.getUTF8String(column).getBytes();
  }

  /** A text that may be null. */
  static String text(InternalRow row, int column) {
    return row.isNullAt(column) ? null : row.getUTF8String(column).toString();
  }
}
