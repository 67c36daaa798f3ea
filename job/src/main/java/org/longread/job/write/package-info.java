/**
 * Results and statistics become Arrow files, and the run a manifest. Beside the data source in
 * {@code arrow}, the only package that knows Arrow.
 *
 * <p>In: {@link org.longread.job.task.ResultRow} and {@link org.longread.job.TaskStatistics}. Out:
 * segments of finished documents, which outlive their task and their driver; from them, when all is
 * computed, the files that readers see, and {@code manifest.json} last. COMMIT.md in this folder
 * says how. Executors start at {@link org.longread.job.write.SegmentWriter}, the driver at {@link
 * org.longread.job.write.RunFolder} and {@link org.longread.job.write.Publication}; every column is
 * in {@link org.longread.job.write.ResultSchema} and {@link
 * org.longread.job.write.StatisticsSchema}.
 */
package org.longread.job.write;
