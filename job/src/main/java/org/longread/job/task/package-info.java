/**
 * What is asked of a document, and the row that answers. No Spark type appears here.
 *
 * <p>In: a prepared document and an engine session. Out: {@link org.longread.job.task.ResultRow}.
 */
package org.longread.job.task;
