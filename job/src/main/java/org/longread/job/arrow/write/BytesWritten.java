package org.longread.job.arrow.write;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** In Spark's SQL tab: bytes written. */
public final class BytesWritten extends CustomSumMetric {
  static final String NAME = "bytesWritten";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes written";
  }
}
