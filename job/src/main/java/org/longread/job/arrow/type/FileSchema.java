package org.longread.job.arrow.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark schema of a file: that of its Arrow fields, with what Spark noted beside them when it
 * wrote the file (comments, lengths of strings, ranges of intervals, user-defined types).
 */
public final class FileSchema {
  /** Metadata key of the Spark schema, as JSON, in files that Spark wrote. */
  public static final String SPARK_KEY = "org.apache.spark.sql.arrow.row.metadata";

  private FileSchema() {}

  /**
   * The columns.
   *
   * @throws UnsupportedFieldException for a type Spark does not have
   */
  public static StructType of(Schema schema) {
    StructType plain = SparkTypes.of(schema.getFields());
    Optional<StructType> noted = noted(schema);
    if (noted.isEmpty() || noted.get().size() != plain.size()) {
      return plain;
    }
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      fields.add(field(plain.fields()[i], noted.get().fields()[i]));
    }
    return DataTypes.createStructType(fields);
  }

  /** The noted field, unless the file was changed since by something that left the note. */
  private static StructField field(StructField plain, StructField noted) {
    boolean same =
        plain.name().equals(noted.name())
            && PlainTypes.of(plain.dataType()).equals(PlainTypes.of(noted.dataType()));
    return same
        ? new StructField(plain.name(), noted.dataType().asNullable(), true, noted.metadata())
        : plain;
  }

  private static Optional<StructType> noted(Schema schema) {
    String json = schema.getCustomMetadata().get(SPARK_KEY);
    if (json == null) {
      return Optional.empty();
    }
    try {
      return DataType.fromJson(json) instanceof StructType struct
          ? Optional.of(struct)
          : Optional.empty();
    } catch (RuntimeException e) { // not ours to judge: the Arrow fields are what counts
      return Optional.empty();
    }
  }

  /** The first difference between two schemas, in words, or nothing. Order does not count. */
  public static Optional<String> difference(StructType first, StructType second) {
    for (StructField field : first.fields()) {
      Optional<StructField> other = find(second, field.name());
      if (other.isEmpty()) {
        return Optional.of("field " + field.name() + " is missing in the second");
      }
      DataType mine = PlainTypes.of(field.dataType());
      DataType its = PlainTypes.of(other.get().dataType());
      if (!mine.equals(its)) {
        return Optional.of(
            "field %s is %s in the first and %s in the second"
                .formatted(field.name(), mine.simpleString(), its.simpleString()));
      }
    }
    for (StructField field : second.fields()) {
      if (find(first, field.name()).isEmpty()) {
        return Optional.of("field " + field.name() + " is missing in the first");
      }
    }
    return Optional.empty();
  }

  private static Optional<StructField> find(StructType schema, String name) {
    return List.of(schema.fields()).stream().filter(field -> field.name().equals(name)).findFirst();
  }
}
