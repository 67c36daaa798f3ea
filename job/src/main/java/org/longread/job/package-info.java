/**
 * The Spark job: documents in, one row per question out, statistics and a manifest beside them.
 *
 * <p>Start at {@link org.longread.job.InferenceJob}; it reads in the order data moves: {@code
 * read}, {@code task}, {@code write}.
 */
package org.longread.job;
