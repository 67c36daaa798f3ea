package org.longread.job.arrow.type;

import java.util.Arrays;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Types without what Arrow's types do not say, so that two can be compared. */
final class PlainTypes {
  private PlainTypes() {}

  /**
   * The type with everything nullable, strings without length and collation, intervals and times of
   * full range, user-defined types as their storage, and no metadata.
   */
  static DataType of(DataType type) {
    if (type instanceof UserDefinedType<?> user) {
      return of(user.sqlType());
    } else if (type instanceof StringType) {
      return DataTypes.StringType;
    } else if (type instanceof DayTimeIntervalType) {
      return DataTypes.createDayTimeIntervalType();
    } else if (type instanceof YearMonthIntervalType) {
      return DataTypes.createYearMonthIntervalType();
    } else if (type instanceof TimeType) {
      return TimeType.apply();
    } else if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(of(array.elementType()), true);
    } else if (type instanceof MapType map) {
      return DataTypes.createMapType(of(map.keyType()), of(map.valueType()), true);
    } else if (type instanceof StructType struct) {
      return DataTypes.createStructType(
          Arrays.stream(struct.fields()).map(PlainTypes::of).toArray(StructField[]::new));
    }
    return type;
  }

  private static StructField of(StructField field) {
    return DataTypes.createStructField(field.name(), of(field.dataType()), true);
  }
}
