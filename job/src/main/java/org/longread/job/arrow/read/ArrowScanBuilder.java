package org.longread.job.arrow.read;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.execution.datasources.DataSourceUtils;
import org.apache.spark.sql.internal.connector.SupportsPushDownCatalystFilters;
import org.apache.spark.sql.types.StructType;
import org.longread.job.arrow.ScalaCollections;
import scala.collection.immutable.Seq;

/** Takes the columns wanted, and of the filters those on partition columns, which it applies. */
public final class ArrowScanBuilder
    implements SupportsPushDownRequiredColumns, SupportsPushDownCatalystFilters {
  private final ArrowScan.Source source;
  private StructType wanted;
  private List<Expression> partitionFilters = List.of();

  /** A builder that reads everything until told otherwise. */
  public ArrowScanBuilder(ArrowScan.Source source) {
    this.source = source;
    this.wanted = source.schema();
  }

  @Override
  public void pruneColumns(StructType required) {
    wanted = required;
  }

  @Override
  public Seq<Expression> pushFilters(Seq<Expression> filters) {
    List<Expression> deterministic =
        ScalaCollections.list(filters).stream().filter(Expression::deterministic).toList();
    partitionFilters =
        ScalaCollections.list(
            DataSourceUtils.getPartitionFiltersAndDataFilters(
                    source.files().partitionColumns(), ScalaCollections.seq(deterministic))
                ._1());
    return ScalaCollections.seq(
        ScalaCollections.list(filters).stream()
            .filter(filter -> !partitionFilters.contains(filter))
            .toList());
  }

  @Override
  public Predicate[] pushedFilters() {
    return new Predicate[0];
  }

  @Override
  public Scan build() {
    return new ArrowScan(source, wanted, partitionFilters);
  }
}
