package org.longread.job.arrow.type;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.longread.job.arrow.file.BatchLayout;

/**
 * The Spark type that holds every value of an Arrow type.
 *
 * <p>Unsigned integers become the next wider type, uint64 {@code decimal(20,0)}; half floats become
 * float; times, timestamps and durations of any unit become Spark's (whose unit is the microsecond;
 * see the option {@code nanoseconds}); date64 becomes date; decimals of any width up to 38 digits
 * keep their digits; a dictionary or runs become their values; an extension type becomes its
 * storage. Unions have no Spark type. Everything is nullable, as Spark's other file formats have
 * it.
 */
public final class SparkTypes {
  private static final int MAX_DIGITS = 38;
  private static final int UINT64_DIGITS = 20;

  private SparkTypes() {}

  /**
   * The columns of a file.
   *
   * @throws UnsupportedFieldException for a type Spark does not have, or a name given twice
   */
  public static StructType of(List<Field> fields) {
    return struct("", fields);
  }

  private static StructType struct(String path, List<Field> fields) {
    List<StructField> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.getName())) {
        throw new UnsupportedFieldException(
            join(path, field.getName()), "two fields have this name");
      }
      columns.add(
          DataTypes.createStructField(
              field.getName(), of(join(path, field.getName()), field), true));
    }
    return DataTypes.createStructType(columns);
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /**
   * The type of a field.
   *
   * @param path how errors name the field
   * @throws UnsupportedFieldException for a type Spark does not have
   */
  static DataType of(String path, Field field) {
    ArrowType type = BatchLayout.storage(field);
    return switch (type.getTypeID()) {
      case Null -> DataTypes.NullType;
      case Bool -> DataTypes.BooleanType;
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
              ? DataTypes.DoubleType
              : DataTypes.FloatType;
      case Decimal -> decimal(path, (ArrowType.Decimal) type);
      case Utf8, LargeUtf8, Utf8View -> DataTypes.StringType;
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> DataTypes.BinaryType;
      case Date -> DataTypes.DateType;
      case Time -> time(((ArrowType.Time) type).getUnit());
      case Timestamp ->
          ((ArrowType.Timestamp) type).getTimezone() == null
              ? DataTypes.TimestampNTZType
              : DataTypes.TimestampType;
      case Duration -> DataTypes.createDayTimeIntervalType();
      case Interval ->
          ((ArrowType.Interval) type).getUnit() == IntervalUnit.YEAR_MONTH
              ? DataTypes.createYearMonthIntervalType()
              : DataTypes.CalendarIntervalType;
      case List, LargeList, FixedSizeList, ListView, LargeListView ->
          DataTypes.createArrayType(of(join(path, "element"), child(path, field, 0, 1)), true);
      case Map -> map(path, child(path, field, 0, 1));
      case Struct -> isVariant(field) ? DataTypes.VariantType : struct(path, field.getChildren());
      case RunEndEncoded -> of(path, child(path, field, 1, 2));
      default -> throw new UnsupportedFieldException(path, "Spark has no type for " + type);
    };
  }

  static Field child(String path, Field field, int index, int count) {
    if (field.getChildren().size() != count) {
      throw new UnsupportedFieldException(
          path, field.getType() + " with " + field.getChildren().size() + " children");
    }
    return field.getChildren().get(index);
  }

  private static DataType integer(ArrowType.Int type) {
    if (type.getIsSigned()) {
      return switch (type.getBitWidth()) {
        case 8 -> DataTypes.ByteType;
        case 16 -> DataTypes.ShortType;
        case 32 -> DataTypes.IntegerType;
        default -> DataTypes.LongType;
      };
    }
    return switch (type.getBitWidth()) {
      case 8 -> DataTypes.ShortType;
      case 16 -> DataTypes.IntegerType;
      case 32 -> DataTypes.LongType;
      default -> DataTypes.createDecimalType(UINT64_DIGITS, 0);
    };
  }

  /** Spark wants 0 <= scale <= precision; Arrow does not, and zeros fill the difference. */
  private static DecimalType decimal(String path, ArrowType.Decimal type) {
    int scale = Math.max(0, type.getScale());
    long digits = Math.max((long) type.getPrecision() + scale - type.getScale(), scale);
    if (digits > MAX_DIGITS) {
      throw new UnsupportedFieldException(path, type + " has more than Spark's 38 digits");
    }
    return DataTypes.createDecimalType((int) digits, scale);
  }

  private static DataType time(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> TimeType.apply(0);
      case MILLISECOND -> TimeType.apply(3);
      case MICROSECOND, NANOSECOND -> TimeType.apply(TimeType.MICROS_PRECISION());
    };
  }

  private static DataType map(String path, Field entries) {
    Field key = child(join(path, "entries"), entries, 0, 2);
    Field value = entries.getChildren().get(1);
    return DataTypes.createMapType(
        of(join(path, "key"), key), of(join(path, "value"), value), true);
  }

  /** As Spark marks a variant: children value and metadata, and the mark on the second. */
  static boolean isVariant(Field field) {
    return field.getChildren().size() == 2
        && field.getChildren().get(0).getName().equals("value")
        && field.getChildren().get(1).getName().equals("metadata")
        && "true".equals(field.getChildren().get(1).getMetadata().get("variant"));
  }
}
