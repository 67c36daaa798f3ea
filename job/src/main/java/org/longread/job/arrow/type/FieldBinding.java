package org.longread.job.arrow.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.longread.job.arrow.file.BatchLayout;

/**
 * A wanted column, or a part of one, and the field of a file that has it.
 *
 * <p>Fields are found by name. One the file lacks is null in every row. Types must be the same, or
 * the wanted one wider: a longer integer, double for float, a decimal with more digits.
 *
 * @param type what Spark wants
 * @param field what the file has; none if it lacks the column
 * @param ordinal of the field among its siblings
 * @param children bindings of what is inside, those a query needs
 */
public record FieldBinding(
    DataType type, Optional<Field> field, int ordinal, List<FieldBinding> children) {
  private static final List<DataType> INTEGERS =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  /** Copies the list. */
  public FieldBinding {
    children = List.copyOf(children);
  }

  /**
   * Finds wanted columns.
   *
   * @throws UnsupportedFieldException if one has another type in the file
   */
  public static List<FieldBinding> bind(StructType wanted, List<Field> fields, NameMatching names) {
    return bind("", wanted, fields, names);
  }

  private static List<FieldBinding> bind(
      String path, StructType wanted, List<Field> fields, NameMatching names) {
    List<FieldBinding> bindings = new ArrayList<>();
    for (StructField column : wanted.fields()) {
      int ordinal = find(path, column.name(), fields, names);
      bindings.add(
          ordinal < 0
              ? new FieldBinding(column.dataType(), Optional.empty(), ordinal, List.of())
              : bind(
                  SparkTypes.join(path, column.name()),
                  column.dataType(),
                  fields.get(ordinal),
                  ordinal,
                  names));
    }
    return bindings;
  }

  private static int find(String path, String name, List<Field> fields, NameMatching names) {
    int found = -1;
    for (int i = 0; i < fields.size(); i++) {
      if (names.matches(name, fields.get(i).getName())) {
        if (found >= 0) {
          throw new UnsupportedFieldException(
              SparkTypes.join(path, name), "the file has more than one of this name");
        }
        found = i;
      }
    }
    return found;
  }

  private static FieldBinding bind(
      String path, DataType wanted, Field field, int ordinal, NameMatching names) {
    DataType type = wanted instanceof UserDefinedType<?> user ? user.sqlType() : wanted;
    return new FieldBinding(type, Optional.of(field), ordinal, inside(path, type, field, names));
  }

  private static List<FieldBinding> inside(
      String path, DataType wanted, Field field, NameMatching names) {
    ArrowType type = BatchLayout.storage(field);
    switch (type.getTypeID()) {
      case RunEndEncoded -> {
        Field ends = SparkTypes.child(path, field, 0, 2);
        return List.of(
            bind(path + ".run_ends", SparkTypes.of(path, ends), ends, 0, names),
            bind(path, wanted, field.getChildren().get(1), 1, names));
      }
      case Struct -> {
        if (wanted instanceof StructType struct && !SparkTypes.isVariant(field)) {
          return bind(path, struct, field.getChildren(), names);
        }
      }
      case List, LargeList, FixedSizeList, ListView, LargeListView -> {
        if (wanted instanceof ArrayType array) {
          Field element = SparkTypes.child(path, field, 0, 1);
          return List.of(
              bind(SparkTypes.join(path, "element"), array.elementType(), element, 0, names));
        }
      }
      case Map -> {
        if (wanted instanceof MapType map) {
          return List.of(entries(path, map, SparkTypes.child(path, field, 0, 1), names));
        }
      }
      default -> {}
    }
    requireFits(path, wanted, SparkTypes.of(path, field));
    return SparkTypes.isVariant(field) && wanted.equals(DataTypes.VariantType)
        ? List.of(
            bind(path, DataTypes.BinaryType, field.getChildren().get(0), 0, names),
            bind(path, DataTypes.BinaryType, field.getChildren().get(1), 1, names))
        : List.of();
  }

  /** Keys and values go by their place: writers do not agree on names. */
  private static FieldBinding entries(String path, MapType map, Field entries, NameMatching names) {
    Field key = SparkTypes.child(path, entries, 0, 2);
    Field value = entries.getChildren().get(1);
    return new FieldBinding(
        map,
        Optional.of(entries),
        0,
        List.of(
            bind(SparkTypes.join(path, "key"), map.keyType(), key, 0, names),
            bind(SparkTypes.join(path, "value"), map.valueType(), value, 1, names)));
  }

  private static void requireFits(String path, DataType wanted, DataType found) {
    DataType plain = PlainTypes.of(wanted);
    if (!PlainTypes.of(found).equals(plain) && !isWider(plain, found)) {
      throw new UnsupportedFieldException(
          path, "%s in the file, not %s".formatted(found.simpleString(), wanted.simpleString()));
    }
  }

  private static boolean isWider(DataType wanted, DataType found) {
    if (wanted instanceof DecimalType more && found instanceof DecimalType less) {
      return more.scale() >= less.scale()
          && more.precision() - more.scale() >= less.precision() - less.scale();
    }
    return (INTEGERS.contains(found) && INTEGERS.indexOf(wanted) > INTEGERS.indexOf(found))
        || (wanted.equals(DataTypes.DoubleType) && found.equals(DataTypes.FloatType));
  }

  /** The dictionary the field's values are in, if it has one. */
  public Optional<Long> dictionary() {
    return field.map(Field::getDictionary).map(encoding -> encoding.getId());
  }

  /** The same column, read from its dictionary. */
  public FieldBinding ofDictionary() {
    Field encoded = field.orElseThrow();
    FieldType plain =
        new FieldType(encoded.isNullable(), encoded.getType(), null, encoded.getMetadata());
    Field values = new Field(encoded.getName(), plain, encoded.getChildren());
    return new FieldBinding(type, Optional.of(values), 0, children);
  }

  /** Adds the bindings that have a dictionary, this one and those inside, one for each. */
  public void collectDictionaries(Map<Long, FieldBinding> into) {
    dictionary().ifPresent(id -> into.putIfAbsent(id, this));
    children.forEach(child -> child.collectDictionaries(into));
  }
}
