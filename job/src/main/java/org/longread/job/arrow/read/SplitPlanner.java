package org.longread.job.arrow.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.longread.job.arrow.file.Block;
import org.longread.job.arrow.file.FileFooter;

/**
 * Deals record batches to splits of about equal bytes, by the settings Spark's file sources obey:
 * {@code spark.sql.files.maxPartitionBytes}, {@code openCostInBytes} and {@code minPartitionNum}. A
 * batch is never split; small files share a split.
 */
final class SplitPlanner {
  private final long targetBytes;
  private final long openBytes;

  /**
   * A planner.
   *
   * @param targetBytes of a split
   * @param openBytes what opening a file counts as
   */
  SplitPlanner(long targetBytes, long openBytes) {
    this.targetBytes = targetBytes;
    this.openBytes = openBytes;
  }

  /** As the session says, for so many bytes in so many files. */
  static SplitPlanner of(SparkSession spark, long bytes, int files) {
    RuntimeConfig conf = spark.conf();
    long most = JavaUtils.byteStringAsBytes(conf.get("spark.sql.files.maxPartitionBytes"));
    long open = JavaUtils.byteStringAsBytes(conf.get("spark.sql.files.openCostInBytes"));
    int slots =
        conf.getOption("spark.sql.files.minPartitionNum").isDefined()
            ? Integer.parseInt(conf.get("spark.sql.files.minPartitionNum"))
            : conf.getOption("spark.sql.leafNodeDefaultParallelism").isDefined()
                ? Integer.parseInt(conf.get("spark.sql.leafNodeDefaultParallelism"))
                : spark.sparkContext().defaultParallelism();
    long share = (bytes + open * files) / Math.max(1, slots);
    return new SplitPlanner(Math.min(most, Math.max(open, share)), open);
  }

  /** Cuts a file into ranges of consecutive batches. */
  List<BatchRange> cut(FileStatus file, FileFooter footer, InternalRow folder) {
    List<BatchRange> ranges = new ArrayList<>();
    List<Block> batches = footer.batches();
    for (int first = 0; first < batches.size(); ) {
      long bytes = batches.get(first).bytes();
      int end = first + 1;
      while (end < batches.size() && bytes + batches.get(end).bytes() <= targetBytes) {
        bytes += batches.get(end++).bytes();
      }
      ranges.add(
          new BatchRange(
              file.getPath().toString(),
              file.getLen(),
              folder,
              first,
              end - first,
              bytes,
              hosts(file, batches.get(first).offset(), bytes)));
      first = end;
    }
    return ranges;
  }

  private static List<String> hosts(FileStatus file, long offset, long bytes) {
    if (!(file instanceof LocatedFileStatus located) || located.getBlockLocations() == null) {
      return List.of();
    }
    Set<String> hosts = new LinkedHashSet<>();
    try {
      for (BlockLocation block : located.getBlockLocations()) {
        if (block.getOffset() < offset + bytes && offset < block.getOffset() + block.getLength()) {
          hosts.addAll(Arrays.asList(block.getHosts()));
        }
      }
    } catch (IOException e) {
      return List.of(); // a hint only
    }
    hosts.remove("localhost");
    return List.copyOf(hosts);
  }

  /** Puts ranges together until a split is full, the largest first. */
  List<Split> pack(List<BatchRange> ranges) {
    List<BatchRange> order = new ArrayList<>(ranges);
    order.sort(Comparator.comparingLong(BatchRange::bytes).reversed());
    List<Split> splits = new ArrayList<>();
    List<BatchRange> open = new ArrayList<>();
    long bytes = 0;
    for (BatchRange range : order) {
      if (!open.isEmpty() && bytes + range.bytes() > targetBytes) {
        splits.add(new Split(List.copyOf(open)));
        open.clear();
        bytes = 0;
      }
      open.add(range);
      bytes += range.bytes() + openBytes;
    }
    if (!open.isEmpty()) {
      splits.add(new Split(List.copyOf(open)));
    }
    return splits;
  }
}
