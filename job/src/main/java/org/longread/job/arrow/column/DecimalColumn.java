package org.longread.job.arrow.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Decimals: two's complement of 4 to 32 bytes, lowest first. */
final class DecimalColumn extends ArrowColumn {
  private final long values;
  private final int bytes;
  private final int scale;
  private final String where;

  DecimalColumn(DataType type, ArrayHead head, long values, int bytes, int scale, String where) {
    super(type, head);
    this.values = values;
    this.bytes = bytes;
    this.scale = scale;
    this.where = where;
  }

  @Override
  public Decimal getDecimal(int row, int precision, int wantedScale) {
    if (isNullAt(row)) {
      return null;
    }
    long at = values + (long) bytes * row;
    if (precision <= Decimal.MAX_LONG_DIGITS() && wantedScale == scale && isLong(at)) {
      Decimal compact = new Decimal().setOrNull(low(at), precision, scale);
      if (compact == null) {
        throw tooLong(at, precision, null);
      }
      return compact;
    }
    try {
      return Decimal.apply(new BigDecimal(unscaled(at), scale), precision, wantedScale);
    } catch (ArithmeticException e) {
      throw tooLong(at, precision, e);
    }
  }

  private ArithmeticException tooLong(long at, int precision, Throwable cause) {
    ArithmeticException error =
        new ArithmeticException(
            "Cannot read %s: %s has more than %d digits".formatted(where, unscaled(at), precision));
    error.initCause(cause);
    return error;
  }

  private long low(long at) {
    return bytes == Integer.BYTES ? Platform.getInt(null, at) : Platform.getLong(null, at);
  }

  private boolean isLong(long at) {
    for (int i = Long.BYTES; i < bytes; i += Long.BYTES) {
      if (Platform.getLong(null, at + i) != low(at) >> 63) {
        return false;
      }
    }
    return true;
  }

  private BigInteger unscaled(long at) {
    byte[] highestFirst = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      highestFirst[bytes - 1 - i] = Platform.getByte(null, at + i);
    }
    return new BigInteger(highestFirst);
  }
}
