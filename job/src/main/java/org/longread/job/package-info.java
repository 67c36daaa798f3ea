/**
 * The Spark job: documents in, one row per question out, statistics and a manifest beside them.
 *
 * <p>Start at {@link org.longread.job.InferenceJob}; it reads in the order data moves: {@code
 * read}, {@code task}, {@code write}. Called from data frames and SQL, it starts at {@code sql},
 * over {@link org.longread.job.InferencePlan}.
 */
package org.longread.job;
