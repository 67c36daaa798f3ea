/**
 * Reading: files are found, their footers read and compared on the driver, and their record batches
 * dealt to Spark's partitions; executors load the columns wanted, batch by batch.
 *
 * <p>Start at {@link org.longread.job.arrow.read.SourceFiles} (what there is), {@link
 * org.longread.job.arrow.read.ArrowScan} (who reads what) and {@link
 * org.longread.job.arrow.read.SplitReader} (the reading).
 *
 * <p>Files are listed by Spark's own {@code InMemoryFileIndex}, not part of its public interface:
 * globs, hidden files, partition columns and their types, and the pruning of partitions are then
 * those of Spark's other formats. Its signatures are the same in Spark 4.1 and 4.2.
 */
package org.longread.job.arrow.read;
