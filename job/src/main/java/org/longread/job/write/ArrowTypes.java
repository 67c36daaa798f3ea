package org.longread.job.write;

import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** The few Arrow types our tables have. */
final class ArrowTypes {
  static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  static final ArrowType BOOL = ArrowType.Bool.INSTANCE;
  static final ArrowType INT32 = new ArrowType.Int(32, true);
  static final ArrowType INT64 = new ArrowType.Int(64, true);
  static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  private ArrowTypes() {}

  static Field required(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  static Field nullable(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), null);
  }

  static Field requiredList(String name, Field item) {
    return new Field(name, FieldType.notNullable(ArrowType.List.INSTANCE), List.of(item));
  }

  static Field nullableList(String name, Field item) {
    return new Field(name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
  }

  /** A list's entry, named as Arrow's other implementations name it. */
  static Field item(ArrowType type) {
    return required("item", type);
  }

  /** A list's entry of several named values. */
  static Field itemStruct(Field... fields) {
    return new Field("item", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(fields));
  }
}
