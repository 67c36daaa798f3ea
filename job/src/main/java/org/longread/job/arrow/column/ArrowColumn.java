package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A column over memory that the batch owns, so that closing it does nothing. Subclasses read what
 * they have; everything else is an error. Rows are not checked: Spark asks only for those there
 * are.
 */
abstract class ArrowColumn extends ColumnVector {
  private final int length;
  private final int nulls;
  private final long validity;

  /**
   * A column.
   *
   * @param validity address of a bit for every row, set for values; not used without nulls
   */
  ArrowColumn(DataType type, int length, int nulls, long validity) {
    super(type);
    this.length = length;
    this.nulls = nulls;
    this.validity = validity;
  }

  /** A column like that of an array. */
  ArrowColumn(DataType type, ArrayHead head) {
    this(type, head.length(), head.nulls(), head.validity());
  }

  /** Rows. */
  final int length() {
    return length;
  }

  @Override
  public void close() {
    // The batch owns the memory.
  }

  @Override
  public void closeIfFreeable() {
    // Spark calls this after each batch.
  }

  @Override
  public boolean hasNull() {
    return nulls > 0;
  }

  @Override
  public int numNulls() {
    return nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    return nulls > 0 && (Platform.getByte(null, validity + (row >> 3)) >> (row & 7) & 1) == 0;
  }

  private UnsupportedOperationException no(String what) {
    return new UnsupportedOperationException(
        "no " + what + " in " + getClass().getSimpleName() + " of " + dataType().simpleString());
  }

  @Override
  public boolean getBoolean(int row) {
    throw no("boolean");
  }

  @Override
  public byte getByte(int row) {
    throw no("byte");
  }

  @Override
  public short getShort(int row) {
    throw no("short");
  }

  @Override
  public int getInt(int row) {
    throw no("int");
  }

  @Override
  public long getLong(int row) {
    throw no("long");
  }

  @Override
  public float getFloat(int row) {
    throw no("float");
  }

  @Override
  public double getDouble(int row) {
    throw no("double");
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw no("array");
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw no("map");
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    throw no("decimal");
  }

  @Override
  public UTF8String getUTF8String(int row) {
    throw no("string");
  }

  @Override
  public byte[] getBinary(int row) {
    throw no("binary");
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw no("child");
  }
}
