package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobStatus;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;

/** The driver's side of Hadoop's committer. */
final class JobCommit {
  private final HadoopJob job;
  private boolean committed;

  private JobCommit(HadoopJob job) {
    this.job = job;
  }

  /** Makes the staging area. */
  static JobCommit setUp(Output output) throws IOException {
    HadoopJob job = HadoopJob.ofDriver(output);
    job.committer().setupJob(job.context());
    return new JobCommit(job);
  }

  /** Makes visible what tasks have committed. */
  void commit() throws IOException {
    job.committer().commitJob(job.context());
    committed = true;
    removeStaging();
  }

  /** Drops everything, unless it is committed: Spark calls this, too, when deleting fails then. */
  void abort() throws IOException {
    if (!committed) {
      job.committer().abortJob(job.context(), JobStatus.State.FAILED);
      removeStaging();
    }
  }

  /** The file committer was told not to clean up, because it would for all writers (C8). */
  private void removeStaging() throws IOException {
    if (!(job.committer() instanceof FileOutputCommitter files)) {
      return;
    }
    FileSystem fs = job.fileSystem();
    Path mine = files.getJobAttemptPath(job.context());
    fs.delete(mine, true);
    Path all = mine.getParent();
    if (fs.exists(all) && fs.listStatus(all).length == 0) {
      fs.delete(all, false);
    }
  }
}
