package org.longread.job.arrow.write;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.types.variant.Variant;
import org.apache.spark.types.variant.VariantBuilder;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.unsafe.types.VariantVal;

/** Random schemas of every type that can be written, and random rows of them, by a seed. */
final class RandomTables {
  private static final int MAX_DEPTH = 3;
  private static final int MAX_COLUMNS = 6;
  private static final int MAX_ITEMS = 4;
  private static final int DEEPEST_DIGITS = 38;
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final String[] LETTERS = {"a", "Z", "0", " ", "é", "€", "😀", "\u0000", "'"};

  private final Random random;

  RandomTables(long seed) {
    this.random = new Random(seed);
  }

  /** One to six columns. */
  StructType schema() {
    return struct(MAX_DEPTH, 1);
  }

  private StructType struct(int depth, int fewest) {
    List<StructField> fields = new ArrayList<>();
    int count = fewest + random.nextInt(MAX_COLUMNS);
    for (int i = 0; i < count; i++) {
      String name = List.of("c", "Ünï", "a.b ", "`", "x y").get(random.nextInt(5)) + i;
      fields.add(DataTypes.createStructField(name, type(depth), random.nextInt(4) > 0));
    }
    return DataTypes.createStructType(fields);
  }

  private DataType type(int depth) {
    int kind = random.nextInt(depth > 0 ? 24 : 19);
    return switch (kind) {
      case 0 -> DataTypes.NullType;
      case 1 -> DataTypes.BooleanType;
      case 2 -> DataTypes.ByteType;
      case 3 -> DataTypes.ShortType;
      case 4 -> DataTypes.IntegerType;
      case 5 -> DataTypes.LongType;
      case 6 -> DataTypes.FloatType;
      case 7 -> DataTypes.DoubleType;
      case 8 -> DataTypes.BinaryType;
      case 9 -> DataTypes.DateType;
      case 10 -> DataTypes.TimestampType;
      case 11 -> DataTypes.TimestampNTZType;
      case 12 -> TimeType.apply(random.nextInt(TimeType.MICROS_PRECISION() + 1));
      case 13 -> DataTypes.createDayTimeIntervalType();
      case 14 -> DataTypes.createYearMonthIntervalType();
      case 15 -> DataTypes.VariantType;
      case 16, 17 -> decimal();
      case 18, 23 -> DataTypes.StringType;
      case 19, 20 -> DataTypes.createArrayType(type(depth - 1), random.nextBoolean());
      case 21 -> DataTypes.createMapType(key(), type(depth - 1), random.nextBoolean());
      default -> struct(depth - 1, 0);
    };
  }

  private DataType key() {
    return List.of(DataTypes.StringType, DataTypes.LongType, DataTypes.DateType, decimal())
        .get(random.nextInt(4));
  }

  private DecimalType decimal() {
    int digits = 1 + random.nextInt(DEEPEST_DIGITS);
    return DataTypes.createDecimalType(digits, random.nextInt(digits + 1));
  }

  /** Rows of a schema; none now and then. */
  List<InternalRow> rows(StructType schema, int most) {
    int count = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(most);
    List<InternalRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(schema));
    }
    return rows;
  }

  private InternalRow row(StructType schema) {
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < values.length; i++) {
      StructField field = schema.fields()[i];
      values[i] = maybe(field.nullable(), () -> value(field.dataType()));
    }
    return new GenericInternalRow(values);
  }

  private Object maybe(boolean nullable, Supplier<Object> value) {
    return nullable && random.nextInt(4) == 0 ? null : value.get();
  }

  private Object value(DataType type) {
    if (type instanceof ArrayType array) {
      return items(() -> maybe(array.containsNull(), () -> value(array.elementType())));
    } else if (type instanceof MapType map) {
      return map(map);
    } else if (type instanceof StructType struct) {
      return row(struct);
    } else if (type instanceof DecimalType decimal) {
      return decimal(decimal);
    } else if (type instanceof TimeType time) {
      long unit = (long) Math.pow(10, TimeType.NANOS_PRECISION() - time.precision());
      return Math.floorMod(random.nextLong(), MICROS_PER_DAY) * 1000 / unit * unit;
    } else if (type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType) {
      return type instanceof DayTimeIntervalType ? (Object) integer(64) : (int) integer(32);
    }
    return plain(type);
  }

  private Object plain(DataType type) {
    if (type.equals(DataTypes.NullType)) {
      return null;
    } else if (type.equals(DataTypes.BooleanType)) {
      return random.nextBoolean();
    } else if (type.equals(DataTypes.ByteType)) {
      return (byte) integer(8);
    } else if (type.equals(DataTypes.ShortType)) {
      return (short) integer(16);
    } else if (type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)) {
      return (int) integer(32);
    } else if (type.equals(DataTypes.FloatType)) {
      return List.of(random.nextFloat(), Float.NaN, -0f, Float.MIN_VALUE).get(random.nextInt(4));
    } else if (type.equals(DataTypes.DoubleType)) {
      return List.of(random.nextGaussian(), Double.NaN, -0d, Double.MAX_VALUE)
          .get(random.nextInt(4));
    } else if (type.equals(DataTypes.StringType)) {
      return UTF8String.fromString(text());
    } else if (type.equals(DataTypes.BinaryType)) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      return bytes;
    } else if (type.equals(DataTypes.VariantType)) {
      return variant();
    }
    return integer(64); // timestamps, too
  }

  /** Of so many bits, small, large or extreme. */
  private long integer(int bits) {
    long most = -1L >>> (65 - bits);
    return switch (random.nextInt(4)) {
      case 0 -> random.nextBoolean() ? most : -most - 1;
      case 1 -> random.nextInt(21) - 10;
      default -> random.nextLong() >> (64 - bits);
    };
  }

  private Decimal decimal(DecimalType type) {
    BigInteger limit = BigInteger.TEN.pow(type.precision());
    BigInteger unscaled =
        random.nextInt(4) == 0
            ? limit.subtract(BigInteger.ONE)
            : new BigInteger(limit.bitLength(), random).mod(limit);
    return Decimal.apply(
        new java.math.BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale()),
        type.precision(),
        type.scale());
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int letters = random.nextInt(20);
    for (int i = 0; i < letters; i++) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  private VariantVal variant() {
    try {
      Variant parsed =
          VariantBuilder.parseJson("{\"a\":[" + random.nextInt() + ",null,\"é\"]}", false);
      return new VariantVal(parsed.getValue(), parsed.getMetadata());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private GenericArrayData items(Supplier<Object> item) {
    Object[] items = new Object[random.nextInt(MAX_ITEMS)];
    for (int i = 0; i < items.length; i++) {
      items[i] = item.get();
    }
    return new GenericArrayData(items);
  }

  private ArrayBasedMapData map(MapType type) {
    List<Object> keys = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    int count = random.nextInt(MAX_ITEMS);
    for (int i = 0; i < count; i++) {
      Object key = value(type.keyType());
      if (seen.add(key)) {
        keys.add(key);
        values.add(maybe(type.valueContainsNull(), () -> value(type.valueType())));
      }
    }
    return new ArrayBasedMapData(
        new GenericArrayData(keys.toArray()), new GenericArrayData(values.toArray()));
  }

  /** Some of the columns, in another order. */
  StructType someOf(StructType schema) {
    List<StructField> fields = new ArrayList<>(List.of(schema.fields()));
    java.util.Collections.shuffle(fields, random);
    return DataTypes.createStructType(fields.subList(0, random.nextInt(fields.size() + 1)));
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
