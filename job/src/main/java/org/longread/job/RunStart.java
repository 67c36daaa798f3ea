package org.longread.job;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.JobConf.Resume;
import org.longread.job.write.Chain;
import org.longread.job.write.Life;
import org.longread.job.write.Manifest;
import org.longread.job.write.Manifest.Fingerprint;
import org.longread.job.write.OutputFolder;
import org.longread.job.write.PartitionWork;
import org.longread.job.write.RunFolder;
import org.longread.job.write.SegmentFile.Documents;

/** What an output folder holds of a run when it is started, and what is left to do. */
final class RunStart {
  private final RunPlan plan;
  private final RunFolder folder;
  private final Optional<Manifest> manifest;
  private final Optional<Life> before;

  private RunStart(
      RunPlan plan, RunFolder folder, Optional<Manifest> manifest, Optional<Life> before) {
    this.plan = plan;
    this.folder = folder;
    this.manifest = manifest;
    this.before = before;
  }

  /**
   * Looks; changes nothing.
   *
   * @throws InvalidRunException if the folder holds a run of another fingerprint, or any and it is
   *     not to be resumed
   */
  static RunStart of(RunPlan plan, Configuration hadoop) {
    OutputFolder output = plan.output();
    try {
      RunFolder folder = new RunFolder(output, hadoop);
      RunStart start = new RunStart(plan, folder, folder.manifest(), folder.newest());
      start.check();
      return start;
    } catch (IOException e) {
      throw new InvalidRunException(
          "Cannot read output " + output.uri() + ": " + e.getMessage(), e);
    }
  }

  private void check() {
    Optional<Fingerprint> found =
        manifest.map(Manifest::fingerprint).or(() -> before.map(Life::fingerprint));
    if (found.isEmpty()) {
      return;
    }
    String holds = manifest.isPresent() ? "a finished run" : "an unfinished run";
    String uri = plan.output().uri();
    if (plan.conf().resuming().resume() == Resume.NEVER) {
      throw new InvalidRunException(
          "Cannot write output %s: it holds %s. Choose another folder, remove this one, or give another value of resume"
              .formatted(uri, holds));
    }
    List<String> differences = RunFingerprint.differences(found.get(), RunFingerprint.of(plan));
    if (!differences.isEmpty()) {
      throw new InvalidRunException(
          "Cannot resume output %s: it holds %s whose results would differ: %s. Run as it was, or choose another folder"
              .formatted(uri, holds, String.join("; ", differences)));
    }
  }

  /** The manifest, if there is nothing to compute (C12); what is left to tidy up is. */
  Optional<Manifest> complete() throws IOException {
    if (manifest.isEmpty() || before.isPresent()) {
      return Optional.empty();
    }
    folder.complete();
    boolean done =
        manifest.get().counts().documentsFailed() == 0
            || plan.conf().resuming().resume() == Resume.SKIP_FAILED;
    return done ? manifest : Optional.empty();
  }

  /** Records this life; from here on, earlier ones no longer count but for what it names. */
  Life begin(JavaSparkContext spark, Instant startedAt) throws IOException {
    List<Chain> done = new ArrayList<>(before.map(Life::done).orElse(List.of()));
    if (before.isPresent()) {
      done.addAll(chains(spark, before.get().id()));
    }
    if (plan.conf().resuming().resume() == Resume.RETRY_FAILED) {
      done.replaceAll(chain -> chain.without(Documents.FAILED));
    }
    Optional<Manifest> base = before.isPresent() ? before.get().retried() : manifest;
    Life life =
        new Life(
            folder.nextNumber(),
            plan.output().runId(),
            startedAt.toString(),
            before
                .map(Life::since)
                .or(() -> base.map(Manifest::startedAt))
                .orElse(startedAt.toString()),
            RunFingerprint.of(plan),
            base.orElse(null),
            done);
    folder.start(life);
    return life;
  }

  /** What an earlier life has left, partition by partition. */
  private List<Chain> chains(JavaSparkContext spark, String life) throws IOException {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    OutputFolder output = plan.output();
    FileSystem fs = output.path().getFileSystem(spark.hadoopConfiguration());
    List<Integer> partitions = PartitionWork.partitions(fs, output, life);
    if (partitions.isEmpty()) {
      return List.of();
    }
    List<Chain> found = new ArrayList<>();
    spark
        .parallelize(partitions, Math.min(partitions.size(), spark.defaultParallelism() * 4))
        .map(partition -> new PartitionWork(output, life, partition, hadoop.value()).longest())
        .filter(Optional::isPresent)
        .map(Optional::get)
        .collect()
        .forEach(found::add);
    found.sort(Comparator.comparingInt(Chain::partition));
    return found;
  }

  /** Ids of documents that are done; empty if none is (C10). */
  static Optional<Dataset<Row>> doneIds(SparkSession spark, OutputFolder output, Life life) {
    List<String> results = new ArrayList<>();
    life.retried()
        .ifPresent(base -> base.results().forEach(file -> results.add(output.uri() + "/" + file)));
    List<String> segments =
        life.done().stream()
            .flatMap(chain -> chain.files().stream())
            .map(file -> new Path(output.work(), file.path()).toString())
            .toList();
    Optional<Dataset<Row>> answered =
        read(spark, results).map(rows -> rows.filter("status = 'ok'").select("doc_id"));
    Optional<Dataset<Row>> finished = read(spark, segments).map(rows -> rows.select("doc_id"));
    return answered
        .map(ids -> finished.map(ids::union).orElse(ids))
        .or(() -> finished)
        .map(ids -> ids.filter(functions.col("doc_id").isNotNull()));
  }

  private static Optional<Dataset<Row>> read(SparkSession spark, List<String> files) {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(spark.read().format("arrow").load(files.toArray(String[]::new)));
  }
}
