package org.longread.job;

import org.apache.spark.sql.SparkSession;

/** The job: read, infer per partition, write. */
public final class InferenceJob {
  private InferenceJob() {}

  /**
   * Runs to completion and writes results, statistics and manifest.
   *
   * @throws InvalidRunException before any executor works, if input schema, output folder or
   *     checkpoint are invalid
   */
  public static RunSummary run(SparkSession spark, JobConf conf) {
    throw new UnsupportedOperationException();
  }
}
