package org.longread.job.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.V1Write;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.sources.InsertableRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.read.ArrowScan;
import org.longread.job.arrow.read.ArrowScanBuilder;
import org.longread.job.arrow.read.Footers;
import org.longread.job.arrow.read.SourceFiles;
import org.longread.job.arrow.type.NameMatching;
import org.longread.job.arrow.write.Replacement;
import org.longread.job.arrow.write.Saving;

/** The table that options describe. Nothing is listed or read before it is asked for. */
final class SourceTable implements SupportsRead, SupportsWrite {
  private final SparkSession spark;
  private final ArrowOptions options;
  private final Optional<StructType> given;
  private final List<String> givenPartitions;
  private final NameMatching names;
  private final Footers footers = new Footers();
  private Optional<SourceFiles> files = Optional.empty();
  private Optional<StructType> schema = Optional.empty();

  /**
   * A table.
   *
   * @param given the schema, if it is known and not to be inferred
   * @param givenPartitions columns of a table to write
   */
  SourceTable(
      SparkSession spark,
      ArrowOptions options,
      Optional<StructType> given,
      List<String> givenPartitions) {
    this.spark = spark;
    this.options = options;
    this.given = given;
    this.givenPartitions = List.copyOf(givenPartitions);
    this.names =
        Boolean.parseBoolean(spark.conf().get("spark.sql.caseSensitive"))
            ? NameMatching.EXACT
            : NameMatching.ANY_CASE;
  }

  SourceFiles files() {
    if (files.isEmpty()) {
      files = Optional.of(SourceFiles.list(spark, options, given));
    }
    return files.get();
  }

  @Override
  public String name() {
    return ArrowDataSource.NAME + " " + String.join(", ", options.paths());
  }

  /** The columns of the files, then those partition columns the files lack. */
  StructType sparkSchema() {
    if (schema.isEmpty()) {
      StructType columns = given.orElseGet(() -> footers.commonSchema(files()));
      List<StructField> merged = new ArrayList<>();
      List<StructField> partitions =
          new ArrayList<>(Arrays.asList(files().partitionColumns().fields()));
      for (StructField column : columns.asNullable().fields()) {
        Optional<StructField> partition =
            partitions.stream().filter(p -> names.matches(p.name(), column.name())).findFirst();
        merged.add(partition.orElse(column));
        partition.ifPresent(partitions::remove);
      }
      merged.addAll(partitions);
      requireDistinct(merged);
      schema = Optional.of(DataTypes.createStructType(merged));
    }
    return schema.get();
  }

  @Override
  public Column[] columns() {
    return TableColumns.of(sparkSchema());
  }

  /** Whether this schema has been inferred already. */
  boolean hasInferred(StructType other) {
    return schema.filter(other::equals).isPresent();
  }

  private void requireDistinct(List<StructField> columns) {
    Set<String> seen = new HashSet<>();
    for (StructField column : columns) {
      String name =
          names == NameMatching.EXACT ? column.name() : column.name().toLowerCase(Locale.ROOT);
      if (!seen.add(name)) {
        throw new InvalidRunException(
            "Cannot read %s: more than one column %s. Set spark.sql.caseSensitive, or give a schema"
                .formatted(String.join(", ", options.paths()), column.name()));
      }
    }
  }

  @Override
  public Map<String, String> properties() {
    return options.lineage(spark);
  }

  @Override
  public Transform[] partitioning() {
    return givenPartitions.stream()
        .map(name -> Expressions.identity("`" + name.replace("`", "``") + "`"))
        .toArray(Transform[]::new);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(
        TableCapability.BATCH_READ, TableCapability.V1_BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap scanOptions) {
    return new ArrowScanBuilder(
        new ArrowScan.Source(files(), footers, sparkSchema(), names, options.nanoseconds()));
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new InsertBuilder();
  }

  /** For SQL's INSERT; {@code DataFrameWriter} comes by {@link ArrowDataSource#createRelation}. */
  private final class InsertBuilder implements SupportsTruncate {
    private Replacement replacement = Replacement.NOTHING;

    @Override
    public WriteBuilder truncate() {
      replacement = Replacement.ALL;
      return this;
    }

    @Override
    public Write build() {
      InsertableRelation insert =
          (rows, overwrite) -> Saving.save(rows, options, givenPartitions, replacement);
      return (V1Write) () -> insert;
    }
  }
}
