package org.longread.job.arrow.write;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** In Spark's SQL tab: files written. */
public final class FilesWritten extends CustomSumMetric {
  static final String NAME = "filesWritten";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "files written";
  }
}
