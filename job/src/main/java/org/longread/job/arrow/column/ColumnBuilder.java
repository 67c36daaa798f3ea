package org.longread.job.arrow.column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.longread.job.arrow.column.ScaledColumn.Scale;
import org.longread.job.arrow.file.ArrayLayout;
import org.longread.job.arrow.file.BatchBuffers;
import org.longread.job.arrow.file.BatchLayout;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.type.FieldBinding;

/** Builds the columns of one batch over its buffers. */
public final class ColumnBuilder {
  private static final long MILLIS_PER_DAY = 86_400_000L;
  private static final long NANOS_PER_MICRO = 1_000;

  private final FileInput in;
  private final long offset;
  private final BatchBuffers buffers;
  private final Dictionaries dictionaries;
  private final Nanoseconds nanoseconds;

  /**
   * A builder.
   *
   * @param offset of the batch in the file, for errors
   * @param buffers those that {@link #collect} named
   */
  public ColumnBuilder(
      FileInput in,
      long offset,
      BatchBuffers buffers,
      Dictionaries dictionaries,
      Nanoseconds nanoseconds) {
    this.in = in;
    this.offset = offset;
    this.buffers = buffers;
    this.dictionaries = dictionaries;
    this.nanoseconds = nanoseconds;
  }

  /** Adds the buffers a column needs: its own and those inside that are wanted. */
  public static void collect(FieldBinding binding, List<ArrayLayout> siblings, BitSet into) {
    if (binding.field().isEmpty()) {
      return;
    }
    ArrayLayout array = siblings.get(binding.ordinal());
    into.set(array.firstBuffer(), array.firstBuffer() + array.buffers());
    if (binding.dictionary().isEmpty()) {
      binding.children().forEach(child -> collect(child, array.children(), into));
    }
  }

  /**
   * Builds a column.
   *
   * @param siblings the arrays among which the column's is
   * @throws IOException naming file, field and offset, if a buffer is damaged
   */
  public ColumnVector column(FieldBinding binding, List<ArrayLayout> siblings) throws IOException {
    if (binding.field().isEmpty()) {
      return new NullColumn(binding.type(), rows(siblings));
    }
    ArrayLayout array = siblings.get(binding.ordinal());
    ArrayCheck check = new ArrayCheck(in, offset, buffers, array);
    if (binding.dictionary().isPresent()) {
      return encoded(binding, array, check);
    }
    ArrowType type = BatchLayout.storage(array.field());
    return switch (type.getTypeID()) {
      case Null -> new NullColumn(binding.type(), array.length());
      case RunEndEncoded -> runs(binding, array, check);
      case List, LargeList, FixedSizeList, ListView, LargeListView, Map, Struct ->
          nested(type, binding, array, check);
      default -> flat(type, binding.type(), check);
    };
  }

  private static int rows(List<ArrayLayout> siblings) {
    return siblings.isEmpty() ? Integer.MAX_VALUE : siblings.get(0).length();
  }

  private ColumnVector flat(ArrowType type, DataType wanted, ArrayCheck check) throws IOException {
    ArrayHead head = check.head();
    switch (type.getTypeID()) {
      case Bool -> {
        return new BooleanColumn(head, check.address(1, (head.length() + 7L) / 8));
      }
      case Int -> {
        ArrowType.Int integer = (ArrowType.Int) type;
        int bits = integer.getBitWidth();
        long values = check.values(bits / 8);
        return integer.getIsSigned()
            ? IntegerColumn.signed(bits, wanted, head, values)
            : IntegerColumn.unsigned(bits, wanted, head, values);
      }
      case FloatingPoint -> {
        ArrowType.FloatingPoint floating = (ArrowType.FloatingPoint) type;
        int bytes =
            switch (floating.getPrecision()) {
              case HALF -> 2;
              case SINGLE -> 4;
              case DOUBLE -> 8;
            };
        return FloatColumn.of(floating.getPrecision(), wanted, head, check.values(bytes));
      }
      case Decimal -> {
        ArrowType.Decimal decimal = (ArrowType.Decimal) type;
        int bytes = decimal.getBitWidth() / 8;
        return new DecimalColumn(
            wanted, head, check.values(bytes), bytes, decimal.getScale(), check.where());
      }
      case Date, Time, Timestamp, Duration, Interval -> {
        return temporal(type, wanted, head, check);
      }
      default -> {
        return bytes(type, wanted, head, check);
      }
    }
  }

  private ColumnVector bytes(ArrowType type, DataType wanted, ArrayHead head, ArrayCheck check)
      throws IOException {
    return switch (type.getTypeID()) {
      case Utf8, Binary ->
          BytesColumn.small(
              wanted, head, check.smallOffsets(check.memory(2).bytes()), check.memory(2).address());
      case LargeUtf8, LargeBinary ->
          BytesColumn.large(
              wanted, head, check.largeOffsets(check.memory(2).bytes()), check.memory(2).address());
      case FixedSizeBinary -> {
        int width = ((ArrowType.FixedSizeBinary) type).getByteWidth();
        yield BytesColumn.fixed(wanted, head, width, check.values(width));
      }
      case Utf8View, BinaryView -> {
        var targets = check.memoriesFrom(2);
        yield BytesColumn.views(wanted, head, check.views(head, targets), targets);
      }
      default -> throw check.damaged("has type " + type);
    };
  }

  private ColumnVector temporal(ArrowType type, DataType wanted, ArrayHead head, ArrayCheck check)
      throws IOException {
    if (type instanceof ArrowType.Date date && date.getUnit() == DateUnit.MILLISECOND) {
      return scaled(64, wanted, head, check, new Scale(MILLIS_PER_DAY, 1, false, check.where()));
    } else if (type instanceof ArrowType.Time time) {
      return scaled(time.getBitWidth(), wanted, head, check, toNanos(time.getUnit(), check));
    } else if (type instanceof ArrowType.Timestamp timestamp) {
      return micros(timestamp.getUnit(), wanted, head, check);
    } else if (type instanceof ArrowType.Duration duration) {
      return micros(duration.getUnit(), wanted, head, check);
    } else if (type instanceof ArrowType.Interval interval
        && interval.getUnit() != IntervalUnit.YEAR_MONTH) {
      boolean hasMonths = interval.getUnit() == IntervalUnit.MONTH_DAY_NANO;
      Scale nanos = toMicros(TimeUnit.NANOSECOND, check);
      return new IntervalColumn(head, check.values(hasMonths ? 16 : 8), hasMonths, nanos);
    }
    return IntegerColumn.signed(32, wanted, head, check.values(4)); // date, months
  }

  private ColumnVector micros(TimeUnit unit, DataType wanted, ArrayHead head, ArrayCheck check)
      throws IOException {
    return unit == TimeUnit.MICROSECOND
        ? IntegerColumn.signed(64, wanted, head, check.values(8))
        : scaled(64, wanted, head, check, toMicros(unit, check));
  }

  private static ColumnVector scaled(
      int bits, DataType wanted, ArrayHead head, ArrayCheck check, Scale scale) throws IOException {
    IntegerColumn source =
        IntegerColumn.signed(bits, DataTypes.LongType, head, check.values(bits / 8));
    return new ScaledColumn(wanted, head, source, scale);
  }

  private Scale toMicros(TimeUnit unit, ArrayCheck check) {
    return switch (unit) {
      case SECOND -> new Scale(1, 1_000_000, true, check.where());
      case MILLISECOND -> new Scale(1, 1_000, true, check.where());
      case MICROSECOND -> new Scale(1, 1, true, check.where());
      case NANOSECOND ->
          new Scale(NANOS_PER_MICRO, 1, nanoseconds == Nanoseconds.EXACT, check.where());
    };
  }

  /** Spark counts a time of day in nanoseconds, though it has whole microseconds only. */
  private Scale toNanos(TimeUnit unit, ArrayCheck check) {
    Scale micros = toMicros(unit, check);
    return new Scale(
        micros.divisor(), micros.factor() * NANOS_PER_MICRO, micros.exact(), check.where());
  }

  private ColumnVector nested(
      ArrowType type, FieldBinding binding, ArrayLayout array, ArrayCheck check)
      throws IOException {
    ArrayHead head = check.head();
    if (type instanceof ArrowType.Struct) {
      for (ArrayLayout child : array.children()) {
        check.requireLength(child, array.length());
      }
      return new StructColumn(binding.type(), head, columns(binding, array));
    }
    ArrayLayout inside = array.children().get(0);
    ListColumn.Ranges ranges = ListRanges.of(type, array.length(), inside.length(), check);
    if (type instanceof ArrowType.Map) {
      FieldBinding entries = binding.children().get(0);
      for (ArrayLayout child : inside.children()) {
        check.requireLength(child, inside.length());
      }
      List<ColumnVector> columns = columns(entries, inside);
      return new ListColumn(binding.type(), head, ranges, columns.get(0), columns.get(1));
    }
    return new ListColumn(binding.type(), head, ranges, columns(binding, array).get(0));
  }

  private List<ColumnVector> columns(FieldBinding binding, ArrayLayout array) throws IOException {
    List<ColumnVector> columns = new ArrayList<>();
    for (FieldBinding child : binding.children()) {
      columns.add(column(child, array.children()));
    }
    return columns;
  }

  private ColumnVector encoded(FieldBinding binding, ArrayLayout array, ArrayCheck check)
      throws IOException {
    ArrayHead head = check.head();
    Chunks values = dictionaries.values(binding.dictionary().orElseThrow(), binding, nanoseconds);
    ArrowType.Int type = array.field().getDictionary().getIndexType();
    long indices = check.values(type.getBitWidth() / 8);
    IntegerColumn index =
        type.getIsSigned()
            ? IntegerColumn.signed(type.getBitWidth(), DataTypes.LongType, head, indices)
            : IntegerColumn.unsigned(type.getBitWidth(), DataTypes.LongType, head, indices);
    check.requireIndices(index, values.length());
    return values.length() == 0
        ? new NullColumn(binding.type(), array.length())
        : new IndirectColumn(binding.type(), head, index::getInt, values);
  }

  private ColumnVector runs(FieldBinding binding, ArrayLayout array, ArrayCheck check)
      throws IOException {
    ColumnVector ends = column(binding.children().get(0), array.children());
    ColumnVector values = column(binding.children().get(1), array.children());
    int runs = array.children().get(0).length();
    check.requireRuns(ends, runs, array.children().get(1).length());
    return array.length() == 0
        ? new NullColumn(binding.type(), 0)
        : new IndirectColumn(
            binding.type(),
            new ArrayHead(array.length(), 0, 0),
            new RunIndex(ends, runs),
            new Chunks(List.of(values), new int[] {runs}));
  }
}
