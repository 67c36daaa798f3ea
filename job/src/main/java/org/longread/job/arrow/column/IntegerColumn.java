package org.longread.job.arrow.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Integers and what is stored as such; read as the type wanted, which is as wide or wider. */
abstract class IntegerColumn extends ArrowColumn {
  /** Address of the first value. */
  final long values;

  private IntegerColumn(DataType type, ArrayHead head, long values) {
    super(type, head);
    this.values = values;
  }

  /** Integers of 8 to 64 bits. */
  static IntegerColumn signed(int bits, DataType type, ArrayHead head, long values) {
    return switch (bits) {
      case 8 -> new Int8(type, head, values);
      case 16 -> new Int16(type, head, values);
      case 32 -> new Int32(type, head, values);
      default -> new Int64(type, head, values);
    };
  }

  /** Integers of 8 to 64 bits without sign. */
  static IntegerColumn unsigned(int bits, DataType type, ArrayHead head, long values) {
    return switch (bits) {
      case 8 -> new Unsigned8(type, head, values);
      case 16 -> new Unsigned16(type, head, values);
      case 32 -> new Unsigned32(type, head, values);
      default -> new Unsigned64(type, head, values);
    };
  }

  @Override
  public abstract long getLong(int row);

  @Override
  public byte getByte(int row) {
    return (byte) getLong(row);
  }

  @Override
  public short getShort(int row) {
    return (short) getLong(row);
  }

  @Override
  public int getInt(int row) {
    return (int) getLong(row);
  }

  private static final class Int8 extends IntegerColumn {
    Int8(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getByte(null, values + row);
    }
  }

  private static final class Int16 extends IntegerColumn {
    Int16(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getShort(null, values + 2L * row);
    }
  }

  private static final class Int32 extends IntegerColumn {
    Int32(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public int getInt(int row) {
      return Platform.getInt(null, values + 4L * row);
    }

    @Override
    public long getLong(int row) {
      return getInt(row);
    }
  }

  private static final class Int64 extends IntegerColumn {
    Int64(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getLong(null, values + 8L * row);
    }
  }

  private static final class Unsigned8 extends IntegerColumn {
    Unsigned8(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getByte(null, values + row) & 0xff;
    }
  }

  private static final class Unsigned16 extends IntegerColumn {
    Unsigned16(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getShort(null, values + 2L * row) & 0xffff;
    }
  }

  private static final class Unsigned32 extends IntegerColumn {
    Unsigned32(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getInt(null, values + 4L * row) & 0xffffffffL;
    }
  }

  /** As decimals; {@link #getLong} gives the bits. */
  private static final class Unsigned64 extends IntegerColumn {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    Unsigned64(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public long getLong(int row) {
      return Platform.getLong(null, values + 8L * row);
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
      if (isNullAt(row)) {
        return null;
      }
      BigInteger bits = BigInteger.valueOf(getLong(row));
      return Decimal.apply(
          new BigDecimal(bits.signum() < 0 ? bits.add(TWO_64) : bits), precision, scale);
    }
  }
}
