package org.longread.job.arrow.write;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;

/** A write in the terms of Hadoop's committers, which think of MapReduce jobs. */
record HadoopJob(Path folder, TaskAttemptContext context, PathOutputCommitter committer) {
  private static final String APPLICATION_ATTEMPT = "mapreduce.job.application.attempt.id";
  private static final String ALGORITHM = "mapreduce.fileoutputcommitter.algorithm.version";
  private static final String HADOOPS_OWN = "mapred-default.xml";
  private static final String SPARK_WRITE_ID = "spark.sql.sources.writeJobUUID";

  /** The driver's part: an attempt that writes nothing. */
  static HadoopJob ofDriver(Destination output) throws IOException {
    return of(output, 0, 0);
  }

  /** One attempt of a partition. */
  static HadoopJob ofAttempt(Destination output, int partition, long attempt) throws IOException {
    return of(output, partition, (int) attempt & Integer.MAX_VALUE);
  }

  private static HadoopJob of(Destination output, int partition, int attempt) throws IOException {
    Configuration conf = new Configuration(output.hadoop().value());
    JobID job = new JobID(output.writeId().replace("-", ""), 0);
    TaskAttemptID id = new TaskAttemptID(new TaskID(job, TaskType.MAP, partition), attempt);
    conf.set("mapreduce.job.id", job.toString());
    conf.set("mapreduce.task.id", id.getTaskID().toString());
    conf.set("mapreduce.task.attempt.id", id.toString());
    conf.setBoolean("mapreduce.task.ismap", true);
    conf.setInt("mapreduce.task.partition", partition);
    conf.set(SPARK_WRITE_ID, output.writeId()); // S3A's committers name their staging by it
    conf.setInt(APPLICATION_ATTEMPT, output.writeId().hashCode() & Integer.MAX_VALUE); // C8
    String[] sources = conf.getPropertySources(ALGORITHM);
    if (sources == null || sources[sources.length - 1].equals(HADOOPS_OWN)) {
      conf.setInt(ALGORITHM, 1); // C1: Hadoop's own default shows files when a task commits
    }
    Path given = new Path(output.folder());
    FileSystem fs = given.getFileSystem(conf);
    Path folder = fs.makeQualified(given);
    TaskAttemptContext context = new TaskAttemptContextImpl(conf, id);
    PathOutputCommitter committer = PathOutputCommitterFactory.createCommitter(folder, context);
    boolean isPlain = committer.getClass() == FileOutputCommitter.class;
    return new HadoopJob(
        folder, context, isPlain ? new SharedFolderCommitter(folder, context) : committer);
  }

  FileSystem fileSystem() throws IOException {
    return folder.getFileSystem(context.getConfiguration());
  }
}
