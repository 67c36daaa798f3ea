package org.longread.job.arrow.write;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.arrow.ArrowOptions;
import org.longread.job.arrow.TableColumns;

/**
 * The table that {@link Saving} writes to, found by this class's name. Not for users: it takes any
 * rows, the last columns of which are partition values as text.
 */
public final class OutputProvider implements TableProvider {
  static final String PARTITION_COUNT = "__partition_count";
  static final String REPLACEMENT = "__replacement";

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return new StructType();
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new OutputTable(schema, ArrowOptions.of(properties));
  }

  private record OutputTable(StructType rows, ArrowOptions options) implements SupportsWrite {
    @Override
    public String name() {
      return "arrow " + options.outputPath();
    }

    @Override
    public Column[] columns() {
      return TableColumns.of(rows);
    }

    @Override
    public Map<String, String> properties() {
      return options.lineage(SparkSession.active());
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
      return new WriteBuilder() {
        @Override
        public OutputWrite build() {
          return write(info);
        }
      };
    }

    private OutputWrite write(LogicalWriteInfo info) {
      StructField[] columns = info.schema().fields();
      int partitions = Integer.parseInt(options.asMap().get(PARTITION_COUNT));
      List<StructField> all = List.of(columns);
      Output output =
          new Output(
              new Path(options.outputPath()).toString(),
              info.queryId(),
              DataTypes.createStructType(all.subList(0, columns.length - partitions)),
              all.subList(columns.length - partitions, columns.length).stream()
                  .map(StructField::name)
                  .toList(),
              options.fileFormat(),
              new SerializableConfiguration(options.hadoop(SparkSession.active())));
      return new OutputWrite(output, Replacement.valueOf(options.asMap().get(REPLACEMENT)));
    }
  }
}
