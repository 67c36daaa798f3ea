package org.longread.job;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.DocumentInference.Outcome;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.Document;
import org.longread.job.write.Chain;
import org.longread.job.write.PartitionWork;
import org.longread.job.write.SegmentWriter;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DeviceRequest;

/**
 * Executor side: the documents of one partition in, segments of finished ones and a report out. An
 * attempt goes on where an earlier one of its partition broke off.
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
    PartitionWork work =
        new PartitionWork(plan.output(), plan.output().runId(), partition, configuration);
    Optional<Chain> before = work.longest();
    DeviceRequest device = ExecutorDevice.of(conf.engine(), context.resourcesJMap());
    try (ExecutorEngine shared =
            ExecutorEngine.lease(plan.engine(), conf.engine(), device, configuration);
        SegmentWriter segments =
            new SegmentWriter(
                work,
                context.taskAttemptId(),
                before,
                plan.idType(),
                conf.reporting().compression())) {
      DocumentInference inference =
          DocumentInference.of(shared, plan.engine(), conf, plan.price(), cost);
      AttemptCounters counters = new AttemptCounters();
      Attempt attempt =
          new Attempt(segments, counters, where(partition, context, shared), System.nanoTime());
      Set<Object> done = before.isPresent() ? work.ids(before.get()) : Set.of();
      try (AdmissionQueue queue =
          new AdmissionQueue(
              counters.timed(without(done, documents)),
              inference,
              conf.engine().maxBatchSequences(),
              new ReadingProgress(live, shared.meter()))) {
        infer(queue, attempt, shared.meter());
      }
      attempt.commit();
      return List.of(new TaskReport(segments.chain(), shared.health())).iterator();
    } catch (DeviceException e) {
      throw ExecutorDevice.failed(e);
    }
  }

  private static Iterator<Document> without(Set<Object> done, Iterator<Document> documents) {
    Iterable<Document> all = () -> documents;
    return StreamSupport.stream(all.spliterator(), false)
        .filter(document -> document.id() == null || !done.contains(document.id()))
        .iterator();
  }

  /** What an attempt has done and where it goes. */
  private final class Attempt {
    private final SegmentWriter segments;
    private final AttemptCounters counters;
    private final TaskStatistics.Where where;
    private final long start;
    private long committed;

    Attempt(
        SegmentWriter segments,
        AttemptCounters counters,
        TaskStatistics.Where where,
        long startNanos) {
      this.segments = segments;
      this.counters = counters;
      this.where = where;
      this.start = startNanos;
      this.committed = startNanos;
    }

    void add(Outcome outcome) throws IOException {
      long answered = System.nanoTime();
      segments.write(outcome.rows());
      counters.add(outcome);
      counters.addWrite(System.nanoTime() - answered);
      if (System.nanoTime() - committed >= plan.conf().resuming().commitNanos()) {
        commit();
      }
    }

    void commit() throws IOException {
      long wallNanos = System.nanoTime() - start;
      segments.commit(counters.statistics(where, wallNanos, plan.price().ofNanos(wallNanos)));
      committed = System.nanoTime();
    }
  }

  /** Tells driver and executor how far reading has come. */
  private record ReadingProgress(LiveCounters live, EngineMeter meter)
      implements AdmissionQueue.Progress {
    @Override
    public void read(long tokens, double plannedCost) {
      live.read(tokens, plannedCost);
      meter.read(tokens);
    }

    @Override
    public void waiting(int change) {
      meter.waiting(change);
    }
  }

  private void infer(AdmissionQueue queue, Attempt attempt, EngineMeter meter) throws Exception {
    for (Optional<Outcome> next = queue.next(); next.isPresent(); next = queue.next()) {
      attempt.add(next.get());
      live.add(next.get());
      meter.add(next.get());
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
