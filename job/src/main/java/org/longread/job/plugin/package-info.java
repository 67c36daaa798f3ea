/**
 * Longread as a plugin of Spark, for {@code spark.plugins}: opens the engine when an executor
 * starts, publishes what executors do to Spark's metrics system, and closes the engine at the end.
 * The job runs the same without it.
 *
 * <p>In: {@link org.longread.job.ExecutorLife}. Out: gauges of the driver, one per {@link
 * org.longread.job.plugin.Measure} over all executors and one per executor, which {@code
 * deploy/README.md} lists and {@code deploy/grafana/longread.json} draws. Start at {@link
 * org.longread.job.plugin.LongreadPlugin}.
 */
package org.longread.job.plugin;
