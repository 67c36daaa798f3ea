/**
 * Arrow's IPC file format, as bytes on any Hadoop file system: footer, record batches, buffers.
 *
 * <p>In: a path. Out: a {@link org.longread.job.arrow.file.FileFooter} and the {@link
 * org.longread.job.arrow.file.BatchBuffers} of single batches, only those asked for. Everything a
 * file claims of itself is checked against its length before it is believed. Knows no Spark.
 *
 * <p>The vectors of Arrow Java are not used for reading: it has none for some types other writers
 * use, reads whole batches only, and trusts the file.
 */
package org.longread.job.arrow.file;
