package org.longread.job.arrow.write;

import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.longread.job.InvalidRunException;

/**
 * The Spark types that Arrow has a type for. Calendar intervals ({@code INTERVAL} with months and
 * days) are not among them: Arrow has one, but Spark lets no table be written with them. Nor are
 * geometries and geographies: Arrow has none, and the struct that Spark sends to Python for one is
 * no more than a struct to other readers.
 */
final class WritableTypes {
  private static final Set<DataType> ATOMIC =
      Set.of(
          DataTypes.NullType,
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType,
          DataTypes.TimestampNTZType,
          DataTypes.VariantType);

  private WritableTypes() {}

  /**
   * Requires a column's type to be one of them.
   *
   * @throws InvalidRunException naming field and type
   */
  static void require(StructField column) {
    require(column.name(), column.dataType());
  }

  private static void require(String path, DataType type) {
    if (type instanceof UserDefinedType<?> user) {
      require(path, user.sqlType());
    } else if (type instanceof ArrayType array) {
      require(path + ".element", array.elementType());
    } else if (type instanceof MapType map) {
      require(path + ".key", map.keyType());
      require(path + ".value", map.valueType());
    } else if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        require(path + "." + field.name(), field.dataType());
      }
    } else if (!isAtomic(type)) {
      throw new InvalidRunException(
          "Cannot write column %s: type %s is not supported in Arrow files. %s or leave it out"
              .formatted(
                  path, type.simpleString(), isPlace(type) ? "Write ST_AsBinary" : "Cast it"));
    }
  }

  /** By name, because Spark 4.1 and 4.2 do not agree on the classes. */
  private static boolean isPlace(DataType type) {
    return type.typeName().startsWith("geo");
  }

  private static boolean isAtomic(DataType type) {
    return ATOMIC.contains(type)
        || type instanceof StringType
        || type instanceof DecimalType
        || type instanceof TimeType
        || type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType;
  }
}
