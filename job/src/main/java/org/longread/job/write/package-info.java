/**
 * Results and statistics become Arrow files, and the run a manifest. Beside the data source in
 * {@code arrow}, the only package that knows Arrow.
 *
 * <p>In: {@link org.longread.job.task.ResultRow} and {@link org.longread.job.TaskStatistics}. Out:
 * files under a temporary name, renamed when their Spark task commits; {@code manifest.json} last.
 * Start at {@link org.longread.job.write.ResultWriter}; every column is in {@link
 * org.longread.job.write.ResultSchema} and {@link org.longread.job.write.StatisticsSchema}.
 */
package org.longread.job.write;
