/**
 * Spark's view of Arrow's buffers: a column vector for every array, reading the buffers in place.
 *
 * <p>In: the buffers of a batch and the {@link org.longread.job.arrow.type.FieldBinding} of each
 * wanted column. Out: column vectors, valid until the buffers are freed. Start at {@link
 * org.longread.job.arrow.column.ColumnBuilder}, which holds every buffer's length, offset and index
 * against its limits first; only then may the columns read without checks.
 *
 * <p>Spark's own {@code ArrowColumnVector} is not used: it has about half of the types, and Spark
 * closes it after the first batch.
 */
package org.longread.job.arrow.column;
