/**
 * {@code format("arrow")}: Arrow's IPC files as a Spark data source, read and written like Parquet.
 * Of use alone; knows nothing of documents or engines.
 *
 * <p>Start at {@link org.longread.job.arrow.ArrowDataSource}; every option is in {@link
 * org.longread.job.arrow.ArrowOption}. {@code file} reads the bytes, {@code type} maps types,
 * {@code column} lays Spark's columns over buffers, {@code read} plans and reads, {@code write}
 * writes and commits. How a write commits, and what is seen when it does not: COMMIT.md here.
 *
 * <p>Arrow's types are in {@code job.write} and here, nowhere else: this package is where Arrow
 * meets Spark, both ways and for any table, while {@code job.write} knows the job's own two tables.
 *
 * <p>Spark's table interface is public, but a source that behaves like its file formats needs more:
 * {@code InMemoryFileIndex} lists, {@code ArrowWriter} and {@code ArrowUtils} write. What is used
 * of these is the same in Spark 4.1.3 and 4.2.0.
 */
package org.longread.job.arrow;
