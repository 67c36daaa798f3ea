/**
 * Writing: rows become record batches, batches files, files a committed output.
 *
 * <p>Start at {@link org.longread.job.arrow.write.Saving}; then in the order of COMMIT.md's states:
 * {@link org.longread.job.arrow.write.OutputProvider} (planned), {@code OutputBatch} (set up,
 * committed, aborted), {@code OutputWriter} (one Spark task attempt). {@code JobCommit} and {@code
 * TaskCommit} are the only ones that talk to Hadoop's committer.
 */
package org.longread.job.arrow.write;
