/**
 * Which Spark type an Arrow type is, and how the columns a query wants are found in a file.
 *
 * <p>Start at {@link org.longread.job.arrow.type.SparkTypes} (the table of types) and {@link
 * org.longread.job.arrow.type.FieldBinding} (a wanted column and its field, checked).
 */
package org.longread.job.arrow.type;
