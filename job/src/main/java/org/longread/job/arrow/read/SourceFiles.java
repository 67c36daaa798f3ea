package org.longread.job.arrow.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.DataSource$;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.StructType;
import org.longread.job.arrow.ArrowOptions;
import org.longread.job.arrow.ScalaCollections;
import scala.Option;

/** The files that paths lead to, and the partition columns their folders make. */
public final class SourceFiles {
  private static final int LISTING_THREADS = 40; // as Spark's file sources have it

  private final List<String> paths;
  private final Configuration hadoop;
  private final InMemoryFileIndex index;

  /**
   * A folder's files and the values of its partition columns.
   *
   * @param values in the order of {@link #partitionColumns}
   */
  record Folder(InternalRow values, List<FileStatus> files) {}

  private SourceFiles(List<String> paths, Configuration hadoop, InMemoryFileIndex index) {
    this.paths = paths;
    this.hadoop = hadoop;
    this.index = index;
  }

  /**
   * Lists files. A path that does not exist is an error, unless it is that of a catalog's table.
   *
   * @param userSchema types of partition columns that the user gave
   */
  public static SourceFiles list(
      SparkSession spark, ArrowOptions options, Optional<StructType> userSchema) {
    Configuration hadoop = options.hadoop(spark);
    boolean mustExist = !options.isOfTable();
    var roots =
        DataSource$.MODULE$.checkAndGlobPathIfNecessary(
            ScalaCollections.seq(options.paths()),
            hadoop,
            mustExist,
            mustExist,
            LISTING_THREADS,
            true);
    InMemoryFileIndex index =
        new InMemoryFileIndex(
            spark,
            roots,
            ScalaCollections.map(options.asMap()),
            Option.apply(userSchema.orElse(null)),
            NoopCache$.MODULE$,
            Option.empty(),
            Option.empty());
    return new SourceFiles(options.paths(), hadoop, index);
  }

  /** What was asked for. */
  public List<String> paths() {
    return paths;
  }

  /** Settings of the file systems. */
  Configuration hadoop() {
    return hadoop;
  }

  /** Partition columns, with the types their values suggest. */
  public StructType partitionColumns() {
    return index.partitionSchema();
  }

  /** Bytes of all files. */
  long bytes() {
    return index.sizeInBytes();
  }

  /** Folders of files, those that partition filters leave. */
  List<Folder> folders(List<Expression> filters) {
    List<Folder> folders = new ArrayList<>();
    for (PartitionDirectory folder :
        ScalaCollections.list(
            index.listFiles(ScalaCollections.seq(filters), ScalaCollections.seq(List.of())))) {
      folders.add(
          new Folder(
              folder.values(),
              ScalaCollections.list(folder.files()).stream()
                  .map(FileStatusWithMetadata::fileStatus)
                  .toList()));
    }
    return folders;
  }

  /** All files, in the order of their paths. */
  List<FileStatus> all() {
    return folders(List.of()).stream()
        .flatMap(folder -> folder.files().stream())
        .sorted(Comparator.comparing(FileStatus::getPath, Comparator.comparing(Path::toString)))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceFiles files && index.equals(files.index);
  }

  @Override
  public int hashCode() {
    return index.hashCode();
  }
}
