package org.longread.job;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.task.OutputTask;
import org.longread.job.task.TextDecoder;
import org.longread.job.write.AttemptFiles;
import org.longread.job.write.ResultWriter;
import org.longread.job.write.StatisticsWriter;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceRequest;

/**
 * Executor side: the documents of one partition in, one result file, one statistics file and a
 * report out. Files get their final names when the last document is done.
 */
final class PartitionInference
    implements Function2<Integer, Iterator<Document>, Iterator<TaskReport>> {
  private static final long serialVersionUID = 1L;

  private final RunPlan plan;
  private final DocumentCost cost;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final LiveCounters live;

  PartitionInference(
      RunPlan plan,
      DocumentCost cost,
      Broadcast<SerializableConfiguration> hadoop,
      LiveCounters live) {
    this.plan = plan;
    this.cost = cost;
    this.hadoop = hadoop;
    this.live = live;
  }

  @Override
  public Iterator<TaskReport> call(Integer partition, Iterator<Document> documents)
      throws Exception {
    JobConf conf = plan.conf();
    Configuration configuration = hadoop.value().value();
    TaskContext context = TaskContext.get();
    AttemptFiles files =
        new AttemptFiles(plan.output(), partition, context.taskAttemptId(), configuration);
    DeviceRequest device = ExecutorDevice.of(conf.engine(), context);
    try (ExecutorEngine shared = ExecutorEngine.lease(plan.engine(), conf, device, configuration);
        ResultWriter writer =
            new ResultWriter(files, plan.idType(), conf.reporting().compression())) {
      DocumentPreparation preparation =
          new DocumentPreparation(conf, shared.engine().config(), shared.tokenizer());
      OutputTask task =
          OutputTask.of(
              conf,
              shared.engine().config().eosTokenIds(),
              shared.tokenizer().map(TextDecoder.class::cast));
      DocumentInference inference =
          new DocumentInference(
              shared.engine(), shared.memory(), preparation, task, plan.price(), cost);
      AttemptCounters counters = new AttemptCounters();
      long start = System.nanoTime();
      try (AdmissionQueue queue =
          new AdmissionQueue(
              counters.timed(documents),
              inference,
              conf.engine().maxBatchSequences(),
              live::read)) {
        infer(queue, writer, counters);
      }
      long wallNanos = System.nanoTime() - start;
      TaskStatistics statistics =
          counters.statistics(
              where(partition, context, shared), wallNanos, plan.price().ofNanos(wallNanos));
      writer.commit(files);
      StatisticsWriter.write(files, statistics);
      TaskReport report =
          new TaskReport(
              statistics, counters.failures(), files.results().getName(), shared.health());
      return List.of(report).iterator();
    } catch (DeviceException e) {
      throw ExecutorDevice.failed(e);
    }
  }

  private void infer(AdmissionQueue queue, ResultWriter writer, AttemptCounters counters)
      throws Exception {
    for (Optional<Outcome> next = queue.next(); next.isPresent(); next = queue.next()) {
      Outcome outcome = next.get();
      long answered = System.nanoTime();
      for (var row : outcome.rows()) {
        writer.write(row);
      }
      counters.add(outcome);
      counters.addWrite(System.nanoTime() - answered);
      live.add(outcome);
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Cannot go on: the Spark task was interrupted");
      }
    }
  }

  private TaskStatistics.Where where(int partition, TaskContext context, ExecutorEngine shared) {
    return new TaskStatistics.Where(
        plan.output().runId(),
        partition,
        context.attemptNumber(),
        SparkEnv.get().executorId(),
        SparkEnv.get().blockManager().blockManagerId().host(),
        shared.engine().backend(),
        shared.engine().device());
  }
}
