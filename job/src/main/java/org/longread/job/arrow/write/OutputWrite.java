package org.longread.job.arrow.write;

import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.distributions.Distributions;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;

/** Asks for rows in the order of their partitions, so that a task has one file open at a time. */
record OutputWrite(Output output, Replacement replacement)
    implements RequiresDistributionAndOrdering {
  @Override
  public Distribution requiredDistribution() {
    return Distributions.unspecified();
  }

  @Override
  public SortOrder[] requiredOrdering() {
    return output.partitions().stream()
        .map(name -> Expressions.column("`" + name.replace("`", "``") + "`"))
        .map(column -> Expressions.sort(column, SortDirection.ASCENDING))
        .toArray(SortOrder[]::new);
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return new CustomMetric[] {new BatchesWritten(), new BytesWritten(), new FilesWritten()};
  }

  @Override
  public BatchWrite toBatch() {
    return new OutputBatch(output, replacement);
  }

  @Override
  public String description() {
    return "arrow " + output.folder();
  }
}
