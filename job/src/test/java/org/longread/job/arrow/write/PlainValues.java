package org.longread.job.arrow.write;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * Copies of Spark's internal values that are equal if the values are, in whatever form they are.
 */
final class PlainValues {
  private PlainValues() {}

  /** The values of a row. */
  static List<Object> of(SpecializedGetters row, StructType schema) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      values.add(of(row, i, schema.fields()[i].dataType()));
    }
    return values;
  }

  private static Object of(SpecializedGetters row, int i, DataType type) {
    if (type.equals(DataTypes.NullType) || row.isNullAt(i)) {
      return null;
    } else if (type instanceof StructType struct) {
      return of(row.getStruct(i, struct.size()), struct);
    } else if (type instanceof ArrayType array) {
      return items(row.getArray(i), array.elementType());
    } else if (type instanceof MapType map) {
      MapData found = row.getMap(i);
      return List.of(
          items(found.keyArray(), map.keyType()), items(found.valueArray(), map.valueType()));
    } else if (type instanceof DecimalType decimal) {
      return row.getDecimal(i, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    } else if (type.equals(DataTypes.BinaryType)) {
      return ByteBuffer.wrap(row.getBinary(i));
    } else if (type.equals(DataTypes.StringType)) {
      return row.getUTF8String(i).toString();
    } else if (type.equals(DataTypes.VariantType)) {
      VariantVal variant = row.getVariant(i);
      return Arrays.asList(
          ByteBuffer.wrap(variant.getValue()), ByteBuffer.wrap(variant.getMetadata()));
    }
    return number(row, i, type);
  }

  private static Object number(SpecializedGetters row, int i, DataType type) {
    return switch (type.defaultSize()) {
      case 1 -> type.equals(DataTypes.BooleanType) ? (Object) row.getBoolean(i) : row.getByte(i);
      case 2 -> row.getShort(i);
      case 4 ->
          type.equals(DataTypes.FloatType)
              ? (Object) Float.floatToRawIntBits(row.getFloat(i))
              : row.getInt(i);
      default ->
          type.equals(DataTypes.DoubleType)
              ? (Object) Double.doubleToRawLongBits(row.getDouble(i))
              : row.getLong(i);
    };
  }

  private static List<Object> items(ArrayData array, DataType type) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < array.numElements(); i++) {
      items.add(of(array, i, type));
    }
    return items;
  }
}
