package org.longread.job;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.read.BalancedPartitions;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.DocumentSource;
import org.longread.job.write.OutputFolder;

/** The job: read, infer per partition, write. */
public final class InferenceJob {
  private InferenceJob() {}

  /**
   * Runs to completion and writes results, statistics and manifest.
   *
   * @throws InvalidRunException before any executor works, if input schema, output folder or
   *     checkpoint are invalid
   * @throws FailedRunException if the run broke off
   */
  public static RunSummary run(SparkSession spark, JobConf conf) {
    Instant startedAt = Instant.now();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration hadoop = context.hadoopConfiguration();

    DocumentSource source = DocumentSource.open(spark, conf.input());
    OutputFolder output = OutputFolder.check(conf.output(), RunTotals.runId(startedAt), hadoop);
    RunModel model = RunModel.check(conf, context.sc());
    RunPlan plan = RunPlan.of(conf, model, output, source.idType(), context.sc());
    try {
      output.create(hadoop);
      DocumentCost cost = model.cost(conf, source.sampleTexts());
      BalancedPartitions partitions =
          BalancedPartitions.of(source.documents(), cost, conf.reporting().partitions());
      long start = System.nanoTime();
      List<TaskReport> reports = infer(context, plan, cost, partitions);
      RunTotals totals = new RunTotals(plan, reports, startedAt, System.nanoTime() - start);
      totals.manifest().write(output, hadoop);
      return totals.summary();
    } catch (InvalidRunException e) {
      throw e;
    } catch (Exception e) {
      throw FailedRunException.of(e);
    } finally {
      removeTemporary(output, hadoop);
    }
  }

  private static List<TaskReport> infer(
      JavaSparkContext context, RunPlan plan, DocumentCost cost, BalancedPartitions partitions) {
    LiveCounters live = LiveCounters.of(context.sc());
    PartitionInference inference =
        new PartitionInference(
            plan,
            cost,
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            live);
    RunProgress progress = RunProgress.start(context.sc(), live, partitions);
    try {
      return partitions.documents().mapPartitionsWithIndex(inference, true).collect();
    } finally {
      progress.close();
    }
  }

  private static void removeTemporary(OutputFolder output, Configuration hadoop) {
    try {
      output.removeTemporary(hadoop);
    } catch (IOException e) {
      System.err.println("Cannot remove temporary files in " + output.uri() + ": " + e);
    }
  }
}
