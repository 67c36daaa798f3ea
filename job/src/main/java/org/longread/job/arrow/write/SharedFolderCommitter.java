package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;

/**
 * Hadoop's file committer, but for its cleaning up: that deletes all of {@code _temporary}, other
 * writers' staging included, where this deletes its own (C8).
 */
final class SharedFolderCommitter extends FileOutputCommitter {
  SharedFolderCommitter(Path folder, TaskAttemptContext context) throws IOException {
    super(folder, context);
  }

  @Override
  @SuppressWarnings("deprecation") // where committing and aborting a job both end
  public void cleanupJob(JobContext context) throws IOException {
    Path mine = getJobAttemptPath(context);
    FileSystem fs = mine.getFileSystem(context.getConfiguration());
    fs.delete(mine, true);
    Path all = mine.getParent();
    if (fs.exists(all) && fs.listStatus(all).length == 0) {
      fs.delete(all, false);
    }
  }
}
