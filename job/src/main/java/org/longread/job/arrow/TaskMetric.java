package org.longread.job.arrow;

import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** The value of a custom metric in one task. */
public record TaskMetric(String name, long value) implements CustomTaskMetric {}
