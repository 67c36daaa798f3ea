package org.longread.job.arrow.write;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** In Spark's SQL tab: record batches written. */
public final class BatchesWritten extends CustomSumMetric {
  static final String NAME = "recordBatchesWritten";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "record batches written";
  }
}
