package org.longread.job.write;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.longread.job.TaskStatistics;

/**
 * Segments of one partition in which no document is twice.
 *
 * @param links attempts that wrote them, the first one first
 * @param files all of them
 * @param statistics of each attempt, as far as its segments count
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
public record Chain(
    String life,
    int partition,
    List<Receipt.Link> links,
    List<SegmentFile> files,
    List<TaskStatistics> statistics)
    implements Serializable {
  public Chain {
    links = List.copyOf(links);
    files = List.copyOf(files);
    statistics = List.copyOf(statistics);
  }

  /** Documents in it. */
  public long documents() {
    return files.stream().mapToLong(SegmentFile::documents).sum();
  }

  /** Without the files of such documents: they are read again (C9). */
  public Chain without(SegmentFile.Documents content) {
    List<SegmentFile> kept = files.stream().filter(file -> file.content() != content).toList();
    return new Chain(life, partition, links, kept, statistics);
  }
}
