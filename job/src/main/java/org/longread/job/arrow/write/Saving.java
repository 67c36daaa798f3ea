package org.longread.job.arrow.write;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.ArrowOptions;

/**
 * Hands rows to the output table, in the form it takes: partition columns last, and as the text
 * that will be in the names of folders.
 */
public final class Saving {
  private Saving() {}

  /**
   * Writes and commits.
   *
   * @throws InvalidRunException before anything is written, if a column cannot be
   */
  public static void save(
      Dataset<Row> rows,
      ArrowOptions options,
      List<String> partitionColumns,
      Replacement replacement) {
    List<StructField> data = new ArrayList<>(List.of(rows.schema().fields()));
    List<StructField> partitions = new ArrayList<>();
    for (String name : partitionColumns) {
      StructField column = find(data, name);
      data.remove(column);
      partitions.add(column);
    }
    check(data, partitions);
    Map<String, String> output = new HashMap<>(options.asMap());
    output.remove(ArrowOptions.PARTITION_COLUMNS);
    output.put(OutputProvider.PARTITION_COUNT, Integer.toString(partitions.size()));
    output.put(OutputProvider.REPLACEMENT, replacement.name());
    (partitions.isEmpty() ? rows : rows.select(columns(data, partitions)))
        .write()
        .format(OutputProvider.class.getName())
        .options(output)
        .mode(SaveMode.Append)
        .save();
  }

  private static StructField find(List<StructField> columns, String name) {
    return columns.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRunException(
                    "Invalid partitionBy: %s (no such column; there are %s)"
                        .formatted(
                            name,
                            String.join(", ", columns.stream().map(StructField::name).toList()))));
  }

  private static void check(List<StructField> data, List<StructField> partitions) {
    if (data.isEmpty() && !partitions.isEmpty()) {
      throw new InvalidRunException("Invalid partitionBy: every column (leave one for the files)");
    }
    for (StructField column : partitions) {
      if (column.dataType() instanceof StructType
          || column.dataType() instanceof ArrayType
          || column.dataType() instanceof MapType) {
        throw new InvalidRunException(
            "Invalid partitionBy: %s (its type is %s, expected one that is not nested)"
                .formatted(column.name(), column.dataType().simpleString()));
      }
    }
    Set<String> seen = new HashSet<>();
    for (StructField column : data) {
      if (!seen.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new InvalidRunException(
            "Cannot write columns: two are named " + column.name() + ". Rename one");
      }
      WritableTypes.require(column);
    }
  }

  private static Column[] columns(List<StructField> data, List<StructField> partitions) {
    List<Column> columns = new ArrayList<>();
    data.forEach(field -> columns.add(column(field)));
    partitions.forEach(field -> columns.add(column(field).cast("string").as(field.name())));
    return columns.toArray(Column[]::new);
  }

  private static Column column(StructField field) {
    return col("`" + field.name().replace("`", "``") + "`");
  }
}
