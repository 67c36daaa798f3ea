package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.mapreduce.JobStatus;

/** The driver's side of Hadoop's committer. */
public final class JobCommit {
  private final HadoopJob job;
  private boolean committed;

  private JobCommit(HadoopJob job) {
    this.job = job;
  }

  /** Makes the staging area. */
  public static JobCommit setUp(Destination output) throws IOException {
    HadoopJob job = HadoopJob.ofDriver(output);
    job.committer().setupJob(job.context());
    return new JobCommit(job);
  }

  /** Makes visible what tasks have committed. */
  public void commit() throws IOException {
    job.committer().commitJob(job.context());
    committed = true;
  }

  /** Drops everything, unless it is committed: Spark calls this, too, when deleting fails then. */
  public void abort() throws IOException {
    if (!committed) {
      job.committer().abortJob(job.context(), JobStatus.State.FAILED);
    }
  }
}
