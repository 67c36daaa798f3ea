package org.longread.job.arrow;

import java.util.Arrays;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A schema as Spark's tables state it. */
public final class TableColumns {
  private TableColumns() {}

  /** The columns, comments and other metadata included. */
  public static Column[] of(StructType schema) {
    return Arrays.stream(schema.fields()).map(TableColumns::of).toArray(Column[]::new);
  }

  private static Column of(StructField field) {
    return Column.create(
        field.name(), field.dataType(), field.nullable(), null, field.metadata().json());
  }
}
