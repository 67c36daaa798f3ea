package org.longread.job.write;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.JobConf.Compression;
import org.longread.job.arrow.write.Destination;
import org.longread.job.arrow.write.JobCommit;
import org.longread.job.read.IdType;
import org.longread.job.write.Manifest.OutputFile;

/** From computed to complete: copies what counts to where readers look, and writes the manifest. */
public final class Publication {
  private static final String MARK_SUCCESS = "mapreduce.fileoutputcommitter.marksuccessfuljobs";

  private final OutputFolder output;
  private final Life life;
  private final IdType idType;
  private final Compression compression;

  /** Of what a life has computed and what it goes on from. */
  public Publication(OutputFolder output, Life life, IdType idType, Compression compression) {
    this.output = output;
    this.life = life;
    this.idType = idType;
    this.compression = compression;
  }

  /**
   * What was published.
   *
   * @param counts of all result rows
   */
  public record Published(
      List<OutputFile> results, List<OutputFile> statistics, RowCounts counts) {}

  /**
   * Publishes.
   *
   * @param computed by this life
   * @param partitions files at least
   * @param manifest says what the manifest is, once files are known
   */
  public void publish(
      JavaSparkContext spark,
      List<Chain> computed,
      int partitions,
      Function<Published, Manifest> manifest)
      throws IOException {
    Configuration hadoop = new Configuration(spark.hadoopConfiguration());
    hadoop.setBoolean(MARK_SUCCESS, false); // the manifest says so
    RunFolder folder = new RunFolder(output, hadoop);
    folder.requireNewest(life);
    List<Chain> chains = Stream.concat(life.done().stream(), computed.stream()).toList();
    List<Part> parts = Part.deal(life.retried().stream().toList(), chains, partitions);
    Destination destination =
        new Destination(output.uri(), output.runId(), new SerializableConfiguration(hadoop));
    JobCommit commit = JobCommit.setUp(destination);
    Published published;
    try {
      published =
          published(
              spark
                  .parallelize(parts, parts.size())
                  .mapPartitionsWithIndex(
                      new PublishPart(output, destination, idType, compression), true)
                  .collect());
      folder.requireNewest(life);
      folder.removeManifest();
      commit.commit();
    } catch (IOException | RuntimeException e) {
      abort(commit, e);
      throw e;
    }
    folder.seal(manifest.apply(published));
    folder.complete();
  }

  private static void abort(JobCommit commit, Exception cause) {
    try {
      commit.abort();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static Published published(List<PublishPart.Files> files) {
    return new Published(
        files.stream().map(PublishPart.Files::results).toList(),
        files.stream().map(PublishPart.Files::statistics).toList(),
        files.stream().map(PublishPart.Files::counts).reduce(RowCounts.NONE, RowCounts::plus));
  }
}
