package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.mapred.SparkHadoopMapRedUtil;

/** One task attempt's side of Hadoop's committer. */
public final class TaskCommit {
  private final HadoopJob job;

  private TaskCommit(HadoopJob job) {
    this.job = job;
  }

  /** Makes the attempt's part of the staging area. */
  public static TaskCommit setUp(Destination output, int partition, long attempt)
      throws IOException {
    HadoopJob job = HadoopJob.ofAttempt(output, partition, attempt);
    job.committer().setupTask(job.context());
    return new TaskCommit(job);
  }

  /** The file system of the output. */
  public FileSystem fileSystem() throws IOException {
    return job.fileSystem();
  }

  /** Where this attempt writes what belongs into a folder of the output. */
  public Path staging(String folder) throws IOException {
    Path work = job.committer().getWorkPath();
    return folder.isEmpty() ? work : new Path(work, folder);
  }

  /**
   * Commits if the driver's coordinator lets this attempt, and no other of its partition; else
   * Spark's CommitDeniedException ends the attempt.
   */
  public void commitIfAuthorized(TaskContext task) throws IOException {
    SparkHadoopMapRedUtil.commitTask(
        job.committer(), job.context(), task.stageId(), task.partitionId());
  }

  /** Commits an attempt that the coordinator has let. */
  void commit() throws IOException {
    if (job.committer().needsTaskCommit(job.context())) {
      job.committer().commitTask(job.context());
    }
  }

  /** Drops what the attempt wrote. */
  public void abort() throws IOException {
    job.committer().abortTask(job.context());
  }
}
