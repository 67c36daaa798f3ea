package org.longread.job;

import java.util.Locale;
import org.apache.spark.SparkContext;
import org.longread.job.read.BalancedPartitions;

/**
 * What Spark's UI says of the jobs a run starts. Spark shows the words a job was started with; how
 * far it is, its stage's page shows, from the same counters as the progress line. When closed,
 * later jobs of this thread are described as before.
 */
final class JobDescription implements AutoCloseable {
  private static final String PROPERTY = "spark.job.description";

  private final SparkContext spark;
  private final String before;

  private JobDescription(SparkContext spark) {
    this.spark = spark;
    this.before = spark.getLocalProperty(PROPERTY);
  }

  /** Of the jobs that find out what there is to do. */
  static JobDescription planning(SparkContext spark, String input) {
    JobDescription description = new JobDescription(spark);
    description.say("Longread: looks at lengths and ids in " + input);
    return description;
  }

  /** Of the job that does it. */
  void inferring(JobConf.Task task, BalancedPartitions partitions) {
    say(
        String.format(
            Locale.ROOT,
            "Longread: %s of %,d documents in %,d partitions of about equal cost, the heaviest first",
            task.name().toLowerCase(Locale.ROOT),
            partitions.count(),
            partitions.partitions()));
  }

  /** Of the jobs that make its work visible. */
  void publishing(String output) {
    say("Longread: publishes to " + output);
  }

  private void say(String words) {
    spark.setJobDescription(Credentials.leftOut(words));
  }

  @Override
  public void close() {
    spark.setLocalProperty(PROPERTY, before);
  }
}
