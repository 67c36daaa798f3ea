/**
 * Parquet rows become documents, documents become tokens, and documents are dealt to Spark
 * partitions of about equal cost.
 *
 * <p>In: the paths and columns of a run. Out: an RDD of {@link org.longread.job.read.Document}, and
 * on executors a {@link org.longread.job.task.PreparedDocument} of each. Start at {@link
 * org.longread.job.read.DocumentSource}.
 */
package org.longread.job.read;
