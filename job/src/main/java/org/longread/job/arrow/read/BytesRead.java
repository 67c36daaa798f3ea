package org.longread.job.arrow.read;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** In Spark's SQL tab: bytes of files that executors read, metadata included. */
public final class BytesRead extends CustomSumMetric {
  static final String NAME = "bytesRead";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes read";
  }
}
