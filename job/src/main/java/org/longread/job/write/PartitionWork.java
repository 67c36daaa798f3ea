package org.longread.job.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.TaskStatistics;
import org.longread.job.write.SegmentFile.Documents;

/** Segments and receipts of one partition of one life, by any number of attempts. */
public final class PartitionWork {
  private static final String RECEIPT = ".json";

  private final Path root;
  private final String life;
  private final int partition;
  private final FileSystem fs;

  /** Of a partition, which may have none yet. */
  public PartitionWork(OutputFolder output, String life, int partition, Configuration hadoop)
      throws IOException {
    this.root = output.work();
    this.life = life;
    this.partition = partition;
    this.fs = output.path().getFileSystem(hadoop);
  }

  /** Partitions of a life that have any work. */
  public static List<Integer> partitions(FileSystem fs, OutputFolder output, String life)
      throws IOException {
    try {
      return Arrays.stream(fs.listStatus(new Path(output.work(), life)))
          .map(folder -> Integer.valueOf(folder.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  FileSystem fileSystem() {
    return fs;
  }

  String life() {
    return life;
  }

  int partition() {
    return partition;
  }

  /** A segment's file, below {@code _longread/work}. */
  String name(long attempt, int segment, Documents content) {
    return "%s/%s-%s.arrow".formatted(folder(), name(attempt, segment), lower(content));
  }

  private static String lower(Documents content) {
    return switch (content) {
      case ANSWERED -> "answered";
      case FAILED -> "failed";
      case UNNAMED -> "unnamed";
    };
  }

  /** Ids of the documents of a chain; a partition's, so they fit into memory. */
  public Set<Object> ids(Chain chain) throws IOException {
    Set<Object> ids = new HashSet<>();
    for (SegmentFile file : chain.files()) {
      DocumentIds.read(fs, resolve(file.path()), ids);
    }
    return ids;
  }

  Path receipt(long attempt, int segment) {
    return resolve(folder() + "/" + name(attempt, segment) + RECEIPT);
  }

  Path resolve(String name) {
    return new Path(root, name);
  }

  private String folder() {
    return "%s/%05d".formatted(life, partition);
  }

  private static String name(long attempt, int segment) {
    return "%d-%d".formatted(attempt, segment);
  }

  /**
   * The chain of most documents (C5), without those that have no id; empty if no segment counts.
   */
  public Optional<Chain> longest() throws IOException {
    Map<String, Long> lengths = list();
    Map<Long, List<Receipt>> byAttempt = new TreeMap<>();
    for (String file : lengths.keySet()) {
      if (file.endsWith("-0" + RECEIPT)) {
        long attempt = Long.parseLong(file.substring(0, file.indexOf('-')));
        byAttempt.put(attempt, receipts(attempt, lengths));
      }
    }
    return byAttempt.keySet().stream()
        .flatMap(attempt -> chain(attempt, byAttempt).stream())
        .max(
            Comparator.comparingLong(Chain::documents)
                .thenComparing(chain -> -last(chain).attempt()));
  }

  private static Receipt.Link last(Chain chain) {
    return chain.links().get(chain.links().size() - 1);
  }

  /** Lengths of the partition's files by name. */
  private Map<String, Long> list() throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    try {
      for (FileStatus file : fs.listStatus(resolve(folder()))) {
        lengths.put(file.getPath().getName(), file.getLen());
      }
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    return lengths;
  }

  /** An attempt's receipts up to the first that does not count (C4). */
  private List<Receipt> receipts(long attempt, Map<String, Long> lengths) throws IOException {
    List<Receipt> receipts = new ArrayList<>();
    while (lengths.containsKey(name(attempt, receipts.size()) + RECEIPT)) {
      Optional<Receipt> next =
          Json.read(fs, receipt(attempt, receipts.size()), Receipt.class)
              .filter(receipt -> isWhole(receipt, lengths));
      if (next.isEmpty()) {
        break;
      }
      receipts.add(next.get());
    }
    return receipts;
  }

  private static boolean isWhole(Receipt receipt, Map<String, Long> lengths) {
    return receipt.files().stream()
        .allMatch(
            file -> lengths.getOrDefault(new Path(file.path()).getName(), -1L) == file.bytes());
  }

  /** The chain that ends with an attempt; empty if something it goes on from does not count. */
  private Optional<Chain> chain(long attempt, Map<Long, List<Receipt>> byAttempt) {
    List<Receipt> own = byAttempt.get(attempt);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    List<Receipt.Link> links = new ArrayList<>(own.get(0).after());
    links.add(new Receipt.Link(attempt, own.size()));
    List<SegmentFile> files = new ArrayList<>();
    List<TaskStatistics> statistics = new ArrayList<>();
    for (Receipt.Link link : links) {
      List<Receipt> receipts = byAttempt.getOrDefault(link.attempt(), List.of());
      if (receipts.size() < link.segments()) {
        return Optional.empty();
      }
      List<Receipt> counted = receipts.subList(0, link.segments());
      counted.forEach(receipt -> files.addAll(receipt.files()));
      statistics.add(counted.get(counted.size() - 1).statistics());
    }
    Chain chain = new Chain(life, partition, links, files, statistics);
    return Optional.of(chain.without(Documents.UNNAMED));
  }
}
