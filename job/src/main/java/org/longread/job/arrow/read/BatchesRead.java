package org.longread.job.arrow.read;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** In Spark's SQL tab: record batches read. */
public final class BatchesRead extends CustomSumMetric {
  static final String NAME = "recordBatchesRead";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "record batches read";
  }
}
