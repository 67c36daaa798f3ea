package org.longread.job.arrow.column;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Floating-point numbers. */
abstract class FloatColumn extends ArrowColumn {
  /** Address of the first value. */
  final long values;

  private FloatColumn(DataType type, ArrayHead head, long values) {
    super(type, head);
    this.values = values;
  }

  static FloatColumn of(
      FloatingPointPrecision precision, DataType type, ArrayHead head, long values) {
    return switch (precision) {
      case HALF -> new Float16(type, head, values);
      case SINGLE -> new Float32(type, head, values);
      case DOUBLE -> new Float64(type, head, values);
    };
  }

  private static final class Float16 extends FloatColumn {
    private static final int EXPONENT_MASK = 0x1f;
    private static final int FRACTION_MASK = 0x3ff;
    private static final int FRACTION_SHIFT = 13;
    private static final int BIAS_DIFFERENCE = 112;

    Float16(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public float getFloat(int row) {
      int bits = Platform.getShort(null, values + 2L * row);
      int sign = (bits & 0x8000) << 16;
      int exponent = bits >> 10 & EXPONENT_MASK;
      int fraction = bits & FRACTION_MASK;
      if (exponent == 0) { // zero, or a subnormal: a multiple of 2^-24
        float magnitude = fraction * 0x1p-24f;
        return sign == 0 ? magnitude : -magnitude;
      }
      int widened = exponent == EXPONENT_MASK ? 0xff : exponent + BIAS_DIFFERENCE;
      return Float.intBitsToFloat(sign | widened << 23 | fraction << FRACTION_SHIFT);
    }

    @Override
    public double getDouble(int row) {
      return getFloat(row);
    }
  }

  private static final class Float32 extends FloatColumn {
    Float32(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public float getFloat(int row) {
      return Platform.getFloat(null, values + 4L * row);
    }

    @Override
    public double getDouble(int row) {
      return getFloat(row);
    }
  }

  private static final class Float64 extends FloatColumn {
    Float64(DataType type, ArrayHead head, long values) {
      super(type, head, values);
    }

    @Override
    public double getDouble(int row) {
      return Platform.getDouble(null, values + 8L * row);
    }
  }
}
