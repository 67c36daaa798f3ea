package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** One task attempt's side of Hadoop's committer. */
final class TaskCommit {
  private final HadoopJob job;

  private TaskCommit(HadoopJob job) {
    this.job = job;
  }

  static TaskCommit setUp(Output output, int partition, long attempt) throws IOException {
    HadoopJob job = HadoopJob.ofAttempt(output, partition, attempt);
    job.committer().setupTask(job.context());
    return new TaskCommit(job);
  }

  FileSystem fileSystem() throws IOException {
    return job.fileSystem();
  }

  /** Where this attempt writes what belongs into a folder of the output. */
  Path staging(String folder) throws IOException {
    Path work = job.committer().getWorkPath();
    return folder.isEmpty() ? work : new Path(work, folder);
  }

  void commit() throws IOException {
    if (job.committer().needsTaskCommit(job.context())) {
      job.committer().commitTask(job.context());
    }
  }

  void abort() throws IOException {
    job.committer().abortTask(job.context());
  }
}
