package org.longread.job;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.read.BalancedPartitions;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.DocumentSource;
import org.longread.job.write.Life;
import org.longread.job.write.Manifest;
import org.longread.job.write.OutputFolder;
import org.longread.job.write.Publication;

/** The job: read what is left to do, infer per partition, publish. */
public final class InferenceJob {
  private InferenceJob() {}

  /**
   * Looks at a model folder on this host as far as its headers tell, without Spark: what {@link
   * #run} would refuse is refused before Spark takes its time to start. Other folders wait for it.
   *
   * @throws InvalidRunException if the checkpoint or its tokenizer cannot be used
   */
  public static void check(JobConf conf) {
    RunModel.checkFiles(conf.engine().model());
  }

  /**
   * Runs to completion and writes results, statistics and manifest. A run that broke off goes on;
   * one that is complete, with nothing to retry, is left as it is.
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
    RunStart found = RunStart.of(plan, hadoop);
    try (JobDescription description = JobDescription.planning(context.sc(), conf.input().path())) {
      Optional<Manifest> complete = found.complete();
      if (complete.isPresent()) {
        sayIfChanged(
            source,
            complete.get().startedAt(),
            "what was added or changed since is not in these results. Give another output folder to read the input as it is now",
            hadoop);
        return RunTotals.summary(complete.get());
      }
      Life life = found.begin(context, startedAt);
      DocumentCost cost = model.cost(conf, source.sampleTexts());
      DocumentSource left = left(spark, source, output, life);
      BalancedPartitions partitions =
          BalancedPartitions.of(left, cost, conf.reporting().partitions());
      sayWhatIsDone(life, partitions);
      if (life.documentsDone() > 0) {
        sayIfChanged(
            source,
            life.since(),
            "documents that were done before are not read again, whatever has become of them. Give another output folder to read all of them as they are now",
            hadoop);
      }
      Manifest.Lineage lineage =
          new Manifest.Lineage(DocumentSource.names(conf.input(), hadoop), output.names());
      description.inferring(conf.task(), partitions);
      long start = System.nanoTime();
      List<TaskReport> reports =
          partitions.count() == 0 && life.documentsDone() > 0
              ? List.of()
              : infer(context, plan, cost, partitions);
      description.publishing(conf.output());
      RunTotals totals = new RunTotals(plan, life, reports, startedAt, System.nanoTime() - start);
      new Publication(output, life, source.idType(), conf.reporting().compression())
          .publish(
              context,
              reports.stream().map(TaskReport::chain).toList(),
              partitions.partitions(),
              published -> totals.manifest(published, lineage));
      return totals.summary();
    } catch (InvalidRunException | FailedRunException e) {
      throw e;
    } catch (Exception e) {
      throw FailedRunException.of(e);
    }
  }

  private static DocumentSource left(
      SparkSession spark, DocumentSource source, OutputFolder output, Life life) {
    return RunStart.doneIds(spark, output, life).map(source::without).orElse(source);
  }

  private static void sayWhatIsDone(Life life, BalancedPartitions partitions) {
    if (life.number() > 1 || life.documentsDone() > 0) {
      System.err.printf(
          Locale.ROOT,
          "longread: Resumes the run: %,d documents were done before, %,d are left%n",
          life.documentsDone(),
          partitions.count());
    }
  }

  /** What is done stays as it is: what the input has become since is not in its rows. */
  private static void sayIfChanged(
      DocumentSource source, String since, String consequence, Configuration hadoop)
      throws IOException {
    if (source.lastChanged(hadoop).isAfter(Instant.parse(since))) {
      System.err.printf(
          "longread: The input was changed after the run began at %s: %s%n", since, consequence);
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
}
