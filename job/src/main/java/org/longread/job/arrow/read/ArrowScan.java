package org.longread.job.arrow.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.column.Nanoseconds;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.type.FieldBinding;
import org.longread.job.arrow.type.NameMatching;
import org.longread.job.arrow.type.UnsupportedFieldException;

/** One read: the columns wanted, of the files that partition filters leave. */
public final class ArrowScan implements Scan, Batch, SupportsReportStatistics {
  /**
   * What is read from.
   *
   * @param schema of the whole table, partition columns included
   */
  public record Source(
      SourceFiles files,
      Footers footers,
      StructType schema,
      NameMatching names,
      Nanoseconds nanoseconds) {}

  private final Source source;
  private final StructType wanted;
  private final List<Expression> partitionFilters;

  ArrowScan(Source source, StructType wanted, List<Expression> partitionFilters) {
    this.source = source;
    this.wanted = wanted;
    this.partitionFilters = List.copyOf(partitionFilters);
  }

  @Override
  public StructType readSchema() {
    return wanted;
  }

  @Override
  public String description() {
    return "arrow %s, columns %s, partition filters %s"
        .formatted(source.files().paths(), Arrays.toString(wanted.fieldNames()), partitionFilters);
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new BatchesRead(), new BytesRead()};
  }

  /** The share of all bytes that the wanted columns' widths suggest. */
  @Override
  public Statistics estimateStatistics() {
    double share = (double) wanted.defaultSize() / Math.max(1, source.schema().defaultSize());
    long bytes = (long) (source.files().bytes() * Math.min(1, share));
    return new Statistics() {
      @Override
      public OptionalLong sizeInBytes() {
        return OptionalLong.of(bytes);
      }

      @Override
      public OptionalLong numRows() {
        return OptionalLong.empty();
      }
    };
  }

  @Override
  public InputPartition[] planInputPartitions() {
    List<SourceFiles.Folder> folders = source.files().folders(partitionFilters);
    List<FileStatus> files = folders.stream().flatMap(f -> f.files().stream()).toList();
    Map<FileStatus, FileFooter> footers = source.footers().read(files, source.files().hadoop());
    footers.forEach(this::requireFits);
    long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
    SplitPlanner planner = SplitPlanner.of(SparkSession.active(), bytes, files.size());
    List<BatchRange> ranges = new ArrayList<>();
    for (SourceFiles.Folder folder : folders) {
      for (FileStatus file : folder.files()) {
        ranges.addAll(planner.cut(file, footers.get(file), folder.values()));
      }
    }
    return planner.pack(ranges).toArray(InputPartition[]::new);
  }

  /** Columns not wanted count, too: what a table is does not depend on the query. */
  private void requireFits(FileStatus file, FileFooter footer) {
    try {
      FieldBinding.bind(dataColumns(source.schema()), footer.schema().getFields(), source.names());
    } catch (UnsupportedFieldException e) {
      throw new InvalidRunException(
          "Cannot read %s: %s. Change the schema that was given"
              .formatted(file.getPath(), e.getMessage()),
          e);
    }
  }

  private StructType dataColumns(StructType columns) {
    return DataTypes.createStructType(
        Arrays.stream(columns.fields())
            .filter(field -> partition(field) < 0)
            .toArray(StructField[]::new));
  }

  private int partition(StructField column) {
    StructField[] partitions = source.files().partitionColumns().fields();
    for (int i = 0; i < partitions.length; i++) {
      if (source.names().matches(partitions[i].name(), column.name())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SplitReaderFactory(
        new SerializableConfiguration(source.files().hadoop()),
        wanted,
        dataColumns(wanted),
        Arrays.stream(wanted.fields()).mapToInt(this::partition).toArray(),
        source.names(),
        source.nanoseconds());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArrowScan scan
        && source.files().equals(scan.source.files())
        && source.nanoseconds() == scan.source.nanoseconds()
        && wanted.equals(scan.wanted)
        && partitionFilters.equals(scan.partitionFilters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source.files(), wanted, partitionFilters);
  }
}
