package org.longread.job.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.write.Replacement;
import org.longread.job.arrow.write.Saving;

/**
 * {@code format("arrow")}: one or more files, folders or globs as a table.
 *
 * <p>A {@code TableProvider} by itself cannot be saved to in the default mode, {@code error}: Spark
 * asks it for {@code append} or {@code overwrite}. Hence saving enters by {@link #createRelation},
 * which is given the mode, and goes on to the table of {@link
 * org.longread.job.arrow.write.OutputProvider}.
 */
public final class ArrowDataSource
    implements TableProvider, DataSourceRegister, CreatableRelationProvider {
  /** The name users write. */
  public static final String NAME = "arrow";

  /** Spark asks for schema, partitioning and table in turn; all are of one listing. */
  private Optional<SourceTable> last = Optional.empty();

  private CaseInsensitiveStringMap lastOptions = CaseInsensitiveStringMap.empty();

  @Override
  public String shortName() {
    return NAME;
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  private SourceTable inferred(CaseInsensitiveStringMap options) {
    if (last.isEmpty() || !lastOptions.equals(options)) {
      ArrowOptions checked = ArrowOptions.of(options.asCaseSensitiveMap());
      last =
          Optional.of(new SourceTable(SparkSession.active(), checked, Optional.empty(), List.of()));
      lastOptions = options;
    }
    return last.get();
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return inferred(options).sparkSchema();
  }

  @Override
  public Transform[] inferPartitioning(CaseInsensitiveStringMap options) {
    return Arrays.stream(inferred(options).files().partitionColumns().fieldNames())
        .map(name -> Expressions.identity("`" + name.replace("`", "``") + "`"))
        .toArray(Transform[]::new);
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    if (last.isPresent() && lastOptions.equals(options) && last.get().hasInferred(schema)) {
      return last.get();
    }
    List<String> partitionColumns =
        Arrays.stream(partitioning)
            .map(transform -> transform.references()[0].fieldNames()[0])
            .toList();
    return new SourceTable(
        SparkSession.active(),
        ArrowOptions.of(options.asCaseSensitiveMap()),
        Optional.of(schema),
        partitionColumns);
  }

  @Override
  public boolean supportsDataType(DataType type) {
    return true; // Saving says which field it cannot write
  }

  @Override
  public BaseRelation createRelation(
      SQLContext context,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> parameters,
      Dataset<Row> rows) {
    ArrowOptions options =
        ArrowOptions.of(scala.jdk.javaapi.CollectionConverters.asJava(parameters));
    SparkSession spark = rows.sparkSession();
    boolean exists = exists(options.outputPath(), spark);
    if (exists && mode == SaveMode.ErrorIfExists) {
      throw new InvalidRunException(
          "Cannot write %s: it exists. Choose another path, or mode append or overwrite"
              .formatted(options.outputPath()));
    }
    if (!exists || mode != SaveMode.Ignore) {
      Replacement replacement =
          mode == SaveMode.Overwrite ? options.replacement(spark) : Replacement.NOTHING;
      Saving.save(rows, options, options.partitionColumns(), replacement);
    }
    return new SavedRelation(context, rows.schema());
  }

  private static boolean exists(String path, SparkSession spark) {
    try {
      Path output = new Path(path);
      return output.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(output);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /** What Spark wants back of {@link #createRelation}; it is not read. */
  private static final class SavedRelation extends BaseRelation {
    private final SQLContext context;
    private final StructType schema;

    SavedRelation(SQLContext context, StructType schema) {
      this.context = context;
      this.schema = schema;
    }

    @Override
    public SQLContext sqlContext() {
      return context;
    }

    @Override
    public StructType schema() {
      return schema;
    }
  }
}
