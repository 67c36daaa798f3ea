package org.longread.job.arrow.column;

import java.util.function.IntUnaryOperator;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Values found by index in another column: a dictionary's, or those of runs. That column has at
 * least one row, so that a null's index can be 0.
 */
final class IndirectColumn extends ArrowColumn {
  private final IntUnaryOperator index;
  private final Chunks values;

  IndirectColumn(DataType type, ArrayHead head, IntUnaryOperator index, Chunks values) {
    super(type, head);
    this.index = index;
    this.values = values;
  }

  private int at(int row) {
    return super.isNullAt(row) ? 0 : index.applyAsInt(row); // a null's index may be anything
  }

  @Override
  public boolean hasNull() {
    return super.hasNull() || values.hasNull();
  }

  @Override
  public int numNulls() {
    int nulls = 0;
    for (int row = 0; row < length(); row++) {
      nulls += isNullAt(row) ? 1 : 0;
    }
    return nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    if (super.isNullAt(row)) {
      return true;
    }
    int at = at(row);
    return values.column(at).isNullAt(values.row(at));
  }

  @Override
  public boolean getBoolean(int row) {
    int at = at(row);
    return values.column(at).getBoolean(values.row(at));
  }

  @Override
  public byte getByte(int row) {
    int at = at(row);
    return values.column(at).getByte(values.row(at));
  }

  @Override
  public short getShort(int row) {
    int at = at(row);
    return values.column(at).getShort(values.row(at));
  }

  @Override
  public int getInt(int row) {
    int at = at(row);
    return values.column(at).getInt(values.row(at));
  }

  @Override
  public long getLong(int row) {
    int at = at(row);
    return values.column(at).getLong(values.row(at));
  }

  @Override
  public float getFloat(int row) {
    int at = at(row);
    return values.column(at).getFloat(values.row(at));
  }

  @Override
  public double getDouble(int row) {
    int at = at(row);
    return values.column(at).getDouble(values.row(at));
  }

  @Override
  public ColumnarArray getArray(int row) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getArray(values.row(at));
  }

  @Override
  public ColumnarMap getMap(int row) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getMap(values.row(at));
  }

  @Override
  public UTF8String getUTF8String(int row) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getUTF8String(values.row(at));
  }

  @Override
  public byte[] getBinary(int row) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getBinary(values.row(at));
  }

  @Override
  public CalendarInterval getInterval(int row) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getInterval(values.row(at));
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    if (super.isNullAt(row)) {
      return null;
    }
    int at = at(row);
    return values.column(at).getDecimal(values.row(at), precision, scale);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    Chunks children = values.child(ordinal);
    return new IndirectColumn(
        children.column(0).dataType(), new ArrayHead(length(), 0, 0), this::at, children);
  }
}
